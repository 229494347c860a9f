/**
 * What nodes say to each other, one record for each kind. Encoding belongs to the transport.
 */
@NullMarked
package io.balsa.raft.message;

import org.jspecify.annotations.NullMarked;
