/// A reading of both clocks, taken once for a batch of requests and handed down to everything that needs the time.
@usableFromInline package struct Moment: Sendable {
  /// Seconds of the process clock, which starts at `ProcessClock.origin` and never runs backwards.
  @usableFromInline package let seconds: UInt32
  /// Wall time, for stamps.
  @usableFromInline package let unixMicroseconds: UInt64
  /// The process clock again, for what is to end at the right part of a second.
  @usableFromInline package let milliseconds: UInt64

  /// - Parameter milliseconds: nil where the second has just begun.
  @inlinable package init(seconds: UInt32, unixMicroseconds: UInt64, milliseconds: UInt64? = nil) {
    self.seconds = seconds
    self.unixMicroseconds = unixMicroseconds
    self.milliseconds = milliseconds ?? UInt64(seconds) * 1000
  }
}
