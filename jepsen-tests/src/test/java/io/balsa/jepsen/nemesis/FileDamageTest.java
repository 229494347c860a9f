package io.balsa.jepsen.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.nemesis.FileDamage.Stretch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage hits what is in use, and only that. */
class FileDamageTest {
  private static final int PAGE = 4096;

  @TempDir
  private Path directory;

  private Path file;
  private byte[] before;

  /** Two and a half pages in use, a page of zeros between them, and zeros behind. */
  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("segment-000000000001");
    before = new byte[20 * PAGE];
    for (int i = 0; i < 3 * PAGE - 2000; i++) {
      before[i] = (byte) (i / PAGE == 1 ? 0 : 1 + i % 100);
    }
    Files.write(file, before);
  }

  private long changedBits() throws IOException {
    byte[] after = Files.readAllBytes(file);
    assertThat(after).hasSameSizeAs(before);
    long bits = 0;
    for (int i = 0; i < after.length; i++) {
      int changed = (after[i] ^ before[i]) & 0xff;
      assertThat(changed == 0 || i < 3 * PAGE).as("byte %s is behind what is in use", i).isTrue();
      bits += Integer.bitCount(changed);
    }
    return bits;
  }

  @Test
  void whatIsInUseEndsWithThePageOfTheLastByteThatIsNotZero() throws IOException {
    assertThat(FileDamage.used(file)).isEqualTo(new Stretch(0, 3 * PAGE));
    assertThat(FileDamage.whole(file)).isEqualTo(new Stretch(0, 20 * PAGE));
    Path spare = Files.write(directory.resolve("spare"), new byte[5 * PAGE]);
    assertThat(FileDamage.used(spare)).isEqualTo(new Stretch(0, 0));
    Path odd = Files.write(directory.resolve("odd"), new byte[]{0, 0, 7});
    assertThat(FileDamage.used(odd)).isEqualTo(new Stretch(0, 3));
  }

  @Test
  void bitsFlipWhereTheyMatterAndItSaysWhich() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      Files.write(file, before);
      String said = FileDamage.flipBits(file, FileDamage.used(file), new Random(seed));
      assertThat(changedBits()).as(said).isBetween(1L, 8L).isEqualTo(said.chars().filter(c -> c == '.').count());
      assertThat(said).contains("segment-000000000001");
    }
  }

  @Test
  void evenInOneByteNoFlipTakesBackAnother() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      Files.write(file, before);
      FileDamage.flipBits(file, new Stretch(5, 6), new Random(seed));
      assertThat(changedBits()).isPositive();
    }
  }

  @Test
  void theTailThatIsCutOffWasInUse() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      Files.write(file, before);
      String said = FileDamage.cutTail(file, FileDamage.used(file), new Random(seed));
      assertThat(Files.size(file)).as(said).isPositive().isLessThan(3 * PAGE);
    }
  }
}
