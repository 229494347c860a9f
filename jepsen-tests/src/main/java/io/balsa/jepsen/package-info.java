/**
 * Real clusters under real faults: server processes started from the built distribution, workloads, histories and their
 * checkers. It knows the client and never links a class of the server.
 */
@NullMarked
package io.balsa.jepsen;

import org.jspecify.annotations.NullMarked;
