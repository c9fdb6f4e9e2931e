/// What `slabs` asks for.
package enum SlabsCommand: Hashable, Sendable, BitwiseCopyable {
  /// A page of one class for another; 0 is the pool, -1 as the source any class.
  case reassign(from: Int32, to: Int32)
  /// 0, 1 or 2.
  case automove(level: UInt32)
  /// A number for the way in which memcached chooses pages.
  case tuneAutomove
}

/// What `slabs reassign` is answered.
package enum ReassignAnswer: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case begun, busy, badClass, noSpare, same

  /// The whole answer with its CRLF.
  package var line: StaticString {
    switch self {
    case .begun: "OK\r\n"
    case .busy: "BUSY currently processing reassign request\r\n"
    case .badClass: "BADCLASS invalid src or dst class id\r\n"
    case .noSpare: "NOSPARE source class has no spare pages\r\n"
    case .same: "SAME src and dst class are identical\r\n"
    }
  }
}
