/**
 * Stories told to bare cores: text files under {@code src/test/resources/scenarios}, each a list of commands with what the cores
 * say to them. {@code -Dbalsa.scenarios.rewrite=true} writes the answers anew: keep such a change only if you understand it.
 * Start at {@link io.balsa.raft.scenario.ScenarioTest}.
 */
@NullMarked
package io.balsa.raft.scenario;

import org.jspecify.annotations.NullMarked;
