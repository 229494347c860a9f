/**
 * The rules of the house, as tests over all modules: who may import whom, what deterministic code may call, how long a file
 * may be. There is no list of exceptions: where a rule is wrong, change the rule and say why.
 */
@NullMarked
package io.balsa.structure;

import org.jspecify.annotations.NullMarked;
