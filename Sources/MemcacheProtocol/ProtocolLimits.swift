/// Bounds that every memcached client knows of.
@usableFromInline package enum ProtocolLimits {
  /// The longest key, in bytes.
  @inlinable package static var maxKeyCount: Int { 250 }
  /// A line that shows no newline within this many bytes is no command, unless it is a retrieval.
  @inlinable package static var maxCommandCount: Int { 2048 }
  /// The longest value that a line may announce; the store's own limit (-I) is far below.
  @inlinable package static var maxValueCount: Int { 0x7fff_fffd }
}
