/// One answer of a server, as a client sees it: positions in the input instead of copies.
package enum TextReply: Hashable, Sendable, BitwiseCopyable {
  /// A whole VALUE block.
  case value(key: ByteRange, flags: UInt32, value: ByteRange, casUnique: UInt64?)
  case answer(TextAnswer)
  case number(UInt64)
  case version(ByteRange)
  case statistic(name: ByteRange, value: ByteRange)
  /// The whole line without its CRLF: `ERROR`, `CLIENT_ERROR …`, `SERVER_ERROR …`.
  case error(ByteRange)
}
