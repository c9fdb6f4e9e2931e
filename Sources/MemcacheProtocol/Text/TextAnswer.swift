/// The answers that are one fixed line.
@usableFromInline package enum TextAnswer: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case end, stored, notStored, exists, notFound, deleted, touched, ok, reset

  /// The whole answer with its CRLF.
  @inlinable package var line: StaticString {
    switch self {
    case .end: "END\r\n"
    case .stored: "STORED\r\n"
    case .notStored: "NOT_STORED\r\n"
    case .exists: "EXISTS\r\n"
    case .notFound: "NOT_FOUND\r\n"
    case .deleted: "DELETED\r\n"
    case .touched: "TOUCHED\r\n"
    case .ok: "OK\r\n"
    case .reset: "RESET\r\n"
    }
  }
}
