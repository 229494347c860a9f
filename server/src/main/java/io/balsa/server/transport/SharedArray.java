package io.balsa.server.transport;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.balsa.raft.log.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Takes the array out of a parsed field where the field is all of it, which nobody writes to any more; else a copy. */
final class SharedArray extends ByteOutput {
  private byte @Nullable [] whole;

  private SharedArray() {
  }

  static Bytes of(ByteString field) {
    SharedArray output = new SharedArray();
    try {
      UnsafeByteOperations.unsafeWriteTo(field, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing is written anywhere
    }
    byte[] array = output.whole;
    return Bytes.wrap(array != null && array.length == field.size() ? array : field.toByteArray());
  }

  @Override
  public void writeLazy(byte[] value, int offset, int length) {
    whole = offset == 0 && length == value.length ? value : null;
  }

  @Override
  public void write(byte value) {
    whole = null;
  }

  @Override
  public void write(byte[] value, int offset, int length) {
    whole = null; // it may be written to after this
  }

  @Override
  public void writeLazy(ByteBuffer value) {
    whole = null;
  }

  @Override
  public void write(ByteBuffer value) {
    whole = null;
  }
}
