package io.balsa.server.formation;

import io.balsa.proto.internal.v1.FormationRequest;
import io.balsa.proto.internal.v1.FormationResponse;
import io.balsa.server.identity.FormedRecord;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What this node says about itself when another one asks. From the moment that its record is durable it says that it has
 * formed, never before: whoever hears it may build on it. Any thread.
 */
public final class FormationAnswers implements Function<FormationRequest, FormationResponse> {
  private volatile Standing standing;

  private record Standing(Candidate self, @Nullable FormedRecord formed) {
  }

  public FormationAnswers(Candidate self, @Nullable FormedRecord formed) {
    this.standing = new Standing(self, formed);
  }

  /** Its record is durable. */
  public void formed(FormedRecord record) {
    formed(standing.self(), record);
  }

  /** The same of a node that came to be another. */
  public void formed(Candidate self, FormedRecord record) {
    standing = new Standing(self, record);
  }

  @Override
  public FormationResponse apply(FormationRequest request) {
    Standing now = standing;
    return FormationCodec.response(now.self(), now.formed());
  }
}
