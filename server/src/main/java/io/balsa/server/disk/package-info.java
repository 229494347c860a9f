/** Work that may wait for a disk, off the threads that may not. */
@NullMarked
package io.balsa.server.disk;

import org.jspecify.annotations.NullMarked;
