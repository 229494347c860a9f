/**
 * How nodes with empty directories become one cluster, and how a node with an empty directory never becomes a voter of a
 * cluster that exists (I2). Start at {@link io.balsa.server.formation.Formation}; what is decided, and why it is safe, is in
 * {@link io.balsa.server.formation.FormationRules}.
 */
@NullMarked
package io.balsa.server.formation;

import org.jspecify.annotations.NullMarked;
