import Platform

@testable import ItemStore
@testable import Replication

/// Lines of a repcached 2.x, in pieces of up to 64 bytes: the first byte tells.
enum LegacyFuzz {
  static func run(_ input: [UInt8]) -> String? {
    guard let first = input.first else { return nil }
    let time: UInt64 = 1_700_000_000_000_000
    let (store, ring) = ItemStore.fuzzed(at: time)
    let moment = store.processClock.moment(monotonicNanoseconds: 0, unixMicroseconds: time)
    let session = LegacyReplicator(store: store, rings: [ring], bucketsPerStep: 8)
    session.moment = moment
    session.beginSession(first & 64 == 0 ? .slave : .master, hasSpoken: first & 128 == 0, settles: true)
    receive(input.dropFirst(), piece: 1 + Int(first & 63), session, moment)
    session.endSession()
    return store.fault
  }

  private static func receive(
    _ input: ArraySlice<UInt8>, piece: Int, _ session: LegacyReplicator, _ moment: Moment
  ) {
    var pending: [UInt8] = []
    var output = ByteBuffer(capacity: 0)
    var rest = input
    while !rest.isEmpty {
      pending += rest.prefix(piece)
      rest = rest.dropFirst(piece)
      parsing: while true {
        switch session.receive(pending.span, at: moment) {
        case .consumed(let count): pending.removeFirst(count)
        case .incomplete: break parsing
        default: return
        }
      }
      _ = session.fill(&output)
      output.clear()
      session.events = []
    }
  }
}

extension Grammar {
  static let legacy = lines([
    "rep k 0 0 3 1\r\nabc\r\n", "rep a 7 1700000100 0 4294967295\r\n\r\n", "rep k 1 -1 1 2\r\nx\r\n",
    "rep n 0 0 2 1234567890123456789\r\n10\r\n", "delete k\r\n", "flush_all \r\n", "flush_all 1700000001\r\n",
    "marugoto_end\r\n", "repcached-hello 00\r\n", "nonsense\r\n", "\r\n",
    "rep l 0 0 70000 5\r\n\(String(repeating: "v", count: 70_000))\r\n",
  ])
}
