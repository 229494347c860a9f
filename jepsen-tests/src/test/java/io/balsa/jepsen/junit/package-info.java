/** The JUnit extension as its users see it: classes that use it, run by JUnit's own test kit, and the guide's page about it. */
@NullMarked
package io.balsa.jepsen.junit;

import org.jspecify.annotations.NullMarked;
