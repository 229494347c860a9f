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
  private final Candidate self;
  private volatile @Nullable FormedRecord formed;

  public FormationAnswers(Candidate self, @Nullable FormedRecord formed) {
    this.self = self;
    this.formed = formed;
  }

  /** Its record is durable. */
  public void formed(FormedRecord record) {
    formed = record;
  }

  @Override
  public FormationResponse apply(FormationRequest request) {
    return FormationCodec.response(self, formed);
  }
}
