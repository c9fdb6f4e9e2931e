/// What a client's look at its input found.
package enum TextReplyParse: Hashable, Sendable, BitwiseCopyable {
  /// Not all here. At least `needed` bytes from the same offset on make the reply, so the buffer must hold as many.
  case incomplete(needed: Int)
  /// A reply that takes `count` bytes.
  case reply(TextReply, count: Int)
  /// Nothing that a server says: the connection is out of step.
  case malformed
}
