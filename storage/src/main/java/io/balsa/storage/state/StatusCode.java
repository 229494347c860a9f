package io.balsa.storage.state;

/** The gRPC status codes that apply refuses with; the number stands in stored replies. */
enum StatusCode {
  INVALID_ARGUMENT(3), NOT_FOUND(5), FAILED_PRECONDITION(9), OUT_OF_RANGE(11), UNIMPLEMENTED(12);

  private final int number;

  StatusCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
