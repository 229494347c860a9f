package io.balsa.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.balsa.raft.log.Bytes;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SharedArrayTest {
  @Test
  void aFieldThatIsAWholeArrayIsNotCopied() {
    byte[] array = {1, 2, 3};
    assertThat(SharedArray.of(UnsafeByteOperations.unsafeWrap(array)).array()).isSameAs(array);
  }

  @Test
  void aFieldThatIsPartOfAnArrayIsCopied() {
    byte[] array = {1, 2, 3};
    Bytes front = SharedArray.of(UnsafeByteOperations.unsafeWrap(array).substring(0, 2));
    Bytes back = SharedArray.of(UnsafeByteOperations.unsafeWrap(array).substring(1));
    array[1] = 9;
    assertThat(front).isEqualTo(Bytes.wrap(new byte[]{1, 2}));
    assertThat(back).isEqualTo(Bytes.wrap(new byte[]{2, 3}));
  }

  @Test
  void aFieldInSeveralPartsIsAllOfThem() {
    byte[] half = new byte[300];
    half[299] = 7;
    ByteString rope = UnsafeByteOperations.unsafeWrap(half).concat(UnsafeByteOperations.unsafeWrap(half));
    assertThat(SharedArray.of(rope).array()).isEqualTo(rope.toByteArray()).hasSize(600);
    assertThat(SharedArray.of(rope.substring(0, 300)).array()).isEqualTo(half);
  }

  @Test
  void aFieldOutsideOfTheHeapIsCopied_andNoneIsEmpty() {
    ByteBuffer direct = ByteBuffer.allocateDirect(2).put(0, (byte) 5);
    assertThat(SharedArray.of(UnsafeByteOperations.unsafeWrap(direct)).array()).containsExactly(5, 0);
    assertThat(SharedArray.of(ByteString.EMPTY)).isSameAs(Bytes.EMPTY);
  }
}
