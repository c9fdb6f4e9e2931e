/// Sizes that both sides know, so that every length is bounded before it is used.
package enum FrameLimits {
  package static let key = 250
  /// The most of a value that one frame carries; a longer one is sent in fragments.
  package static let value = 64 << 10
  /// The most bytes a frame has, its length field included.
  package static let frame = value + 1024
  /// The longest value there is: `-I` ends there.
  package static let wholeValue = 1 << 30
  /// Bytes of the length field.
  static let length = 4
  /// Bytes of a record before its key, but for its stamps.
  static let recordHead = length + 1 + 4 + 8 + 1
  /// Where in a record what remains of its time to live stands, but for its stamps, which stand before it.
  static let recordRemaining = length + 1 + 4
  /// Where in a flush what remains until it comes stands.
  static let flushRemaining = length + 1 + 8 + 8
}
