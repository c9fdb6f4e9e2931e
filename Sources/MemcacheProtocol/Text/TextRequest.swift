/// One command of the classic text protocol, as a plain value: positions in the input instead of strings, no reference.
///
/// `refused` is a command that cannot be executed: the caller answers `error.line` unless `isSilenced`, and swallows
/// `swallow` bytes that follow the line (the data block with its CRLF).
package enum TextRequest: Hashable, Sendable, BitwiseCopyable {
  /// The keys go on behind the first, to the line's end: see `LongRetrieval.resumed`.
  case get(firstKey: ByteRange, withCAS: Bool)
  case getAndTouch(firstKey: ByteRange, exptime: Int64, withCAS: Bool)
  case storage(StorageHeader)
  case delete(key: ByteRange, noreply: Bool)
  case increment(key: ByteRange, delta: UInt64, noreply: Bool)
  case decrement(key: ByteRange, delta: UInt64, noreply: Bool)
  case touch(key: ByteRange, exptime: Int64, noreply: Bool)
  case flushAll(delay: Int64, noreply: Bool)
  case version
  case quit
  case verbosity(level: UInt32, noreply: Bool)
  case shutdown(ShutdownMode, noreply: Bool)
  case slabs(SlabsCommand, noreply: Bool)
  /// Certificates and keys are to be read anew.
  case refreshCertificates
  case administration(AdministrationRequest, noreply: Bool)
  /// Host and port of another peer, or `none`.
  case replicationPeer(ByteRange)
  /// What follows the word, to be read by a `TokenReader`; empty for the general statistics.
  case stats(arguments: ByteRange)
  /// What follows the word, for `MetaParser`.
  case meta(MetaVerb, words: ByteRange)
  case refused(TextError, isSilenced: Bool, swallow: Int)
}

/// The argument of `shutdown`. An unknown one is told apart only after the command is known to be enabled (-A).
package enum ShutdownMode: UInt8, Sendable, BitwiseCopyable {
  case immediate, graceful, unknown
}
