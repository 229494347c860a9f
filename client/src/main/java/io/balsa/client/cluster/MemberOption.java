package io.balsa.client.cluster;

import io.balsa.proto.v1.Member;
import io.balsa.proto.v1.UpdateMemberRequest;
import java.util.function.Consumer;

/** What a member's record is to say besides. Immutable. */
public final class MemberOption {
  private final Consumer<Member.Builder> added;
  private final Consumer<UpdateMemberRequest.Builder> updated;

  private MemberOption(Consumer<Member.Builder> added, Consumer<UpdateMemberRequest.Builder> updated) {
    this.added = added;
    this.updated = updated;
  }

  /** {@code host:port} where other nodes dial it. */
  public static MemberOption peerAddress(String address) {
    return new MemberOption(member -> member.setPeerAddress(address), update -> update.setPeerAddress(address));
  }

  /** {@code host:port} where clients dial it; without this option a new member's is the one of its peers. */
  public static MemberOption clientAddress(String address) {
    return new MemberOption(member -> member.setClientAddress(address), update -> update.setClientAddress(address));
  }

  /** A label for what fails together, such as a rack or a site: letters, digits, '.', '_' and '-'; empty: none. */
  public static MemberOption zone(String zone) {
    return new MemberOption(member -> member.setZone(zone), update -> update.setZone(zone));
  }

  /** Among voters that are as good otherwise, leadership goes to the one with the highest; -1000 to 1000, 0 unless set. */
  public static MemberOption priority(int priority) {
    return new MemberOption(member -> member.setPriority(priority), update -> update.setPriority(priority));
  }

  static void apply(Member.Builder member, MemberOption[] options) {
    for (MemberOption option : options) {
      option.added.accept(member);
    }
  }

  static void apply(UpdateMemberRequest.Builder update, MemberOption[] options) {
    for (MemberOption option : options) {
      option.updated.accept(update);
    }
  }
}
