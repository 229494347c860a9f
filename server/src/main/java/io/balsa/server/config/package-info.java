/**
 * What a node is told by its operator: flag, then environment, then file, checked before anything is touched. Start at
 * {@link io.balsa.server.config.ServerConfig}. Every error names the setting, what is wrong with it and what to write instead.
 */
@NullMarked
package io.balsa.server.config;

import org.jspecify.annotations.NullMarked;
