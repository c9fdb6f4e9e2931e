/// Bounds that every memcached client knows of.
package enum ProtocolLimits {
  /// The longest key, in bytes.
  package static let maxKeyCount = 250
  /// A line that shows no newline within this many bytes is no command, unless it is a retrieval.
  package static let maxCommandCount = 2048
  /// The longest value that a line may announce; the store's own limit (-I) is far below.
  package static let maxValueCount = Int(Int32.max) - 2
}
