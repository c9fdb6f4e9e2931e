/// A reading of both clocks, taken once for a batch of requests and handed down to everything that needs the time.
@usableFromInline package struct Moment: Sendable {
  /// Seconds of the process clock, which starts at `ProcessClock.origin` and never runs backwards.
  @usableFromInline package let seconds: UInt32
  /// Wall time, for stamps.
  @usableFromInline package let unixMicroseconds: UInt64

  @inlinable package init(seconds: UInt32, unixMicroseconds: UInt64) {
    self.seconds = seconds
    self.unixMicroseconds = unixMicroseconds
  }
}
