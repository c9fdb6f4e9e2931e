/// What a look at the input found.
package enum TextParse: Hashable, Sendable, BitwiseCopyable {
  /// No whole line yet; nothing is consumed.
  case incomplete
  /// A command; its line takes `count` bytes with the newline. The data block of a storage command comes after them.
  case request(TextRequest, count: Int)
  /// A retrieval whose line is longer than the buffer: drop `count` bytes, then take its keys as they come.
  case longRetrieval(LongRetrieval, count: Int)
  /// Nobody who speaks this protocol: an HTTP request, or a line without an end. Close without an answer.
  case close
}
