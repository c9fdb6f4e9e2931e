import Foundation

// Whoever speaks the pair's protocol by hand: what a daemon of this version says, byte by byte, and whatever else a test
// wants it to say. It shows that nothing that comes over the replication port harms a daemon, from one that was let in either.
//
//     let peer = try FalsePeer(port)          connects, and is silent
//     try peer.sayHello { $0.clock += … }     one line, as an honest connector's, but for what the test changes
//     try peer.join()                         the acceptor's hello read, confirmed: from here on it is linked
//     peer.say(FalsePeer.watermark(…))        any frame
final class FalsePeer {
  struct Said {
    var version: UInt16 = 1
    var features: UInt64 = 0
    var node = UInt64.random(in: 0 ... .max)
    var boot = UInt64.random(in: 0 ... .max)
    var epoch: UInt32 = 0
    var lastPeer: UInt64 = 0
    /// Microseconds of unix time.
    var clock = UInt64(Date().timeIntervalSince1970 * 1_000_000)
    var highestStamp: UInt64 = 0
    var haveNode: UInt64 = 0
    var haveBoot: UInt64 = 0
    var haveEpoch: UInt32 = 0
    var haveStamp: UInt64 = 0
    /// How far a copy has come, and its watermark.
    var walkedEnd: UInt64 = 0
    var walkedWatermark: UInt64 = 0
    var flags: UInt8 = 0
    /// As `HelloFields` lays them out, without their length.
    var fields: [UInt8] = []

    var payload: [UInt8] {
      var bytes = big(version) + big(version) + big(features) + big(node) + big(boot) + big(epoch) + big(lastPeer)
      bytes += big(clock) + big(highestStamp) + big(haveNode) + big(haveBoot) + big(haveEpoch) + big(haveStamp)
      bytes += big(walkedEnd) + big(walkedWatermark) + [flags]
      return bytes + [UInt8](repeating: 7, count: 16) + big(UInt16(fields.count)) + fields
        + [UInt8](repeating: 0, count: 32)
    }
  }

  let client: Client

  init(_ port: UInt16) throws { client = try Client(to: .local(port), timeout: .seconds(10)) }

  func sayHello(_ change: (inout Said) -> Void = { _ in }) throws {
    var said = Said()
    change(&said)
    let digits = said.payload.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    try client.send("repcached-hello " + digits.joined() + "\r\n")
  }

  func join(_ change: (inout Said) -> Void = { _ in }) throws {
    try sayHello(change)
    let head = try client.bytes(4)
    _ = try client.bytes(Int(head[2]) << 8 | Int(head[3]))
    try client.send(Self.frame(2, [UInt8](repeating: 0, count: 32)))
  }

  /// Errors are the daemon's right: it may have hung up.
  func say(_ bytes: [UInt8]) { try? client.send(bytes) }

  /// All that comes until the daemon hangs up.
  func rest() throws -> String { try client.rest() }

  // MARK: Frames

  static func frame(_ kind: UInt8, _ fields: [UInt8]) -> [UInt8] { big(UInt32(fields.count + 1)) + [kind] + fields }

  static func heartbeat() -> [UInt8] { frame(4, big(Said().clock)) }
  static func record(_ stamp: UInt64, _ key: String, _ value: [UInt8]) -> [UInt8] {
    // Stamp and no further ones, client flags, expiry, key, value.
    frame(5, big(stamp) + [0] + big(UInt32(0)) + big(UInt64(0)) + [UInt8(key.utf8.count)] + Array(key.utf8) + value)
  }
  static func delete(_ stamp: UInt64, _ key: String) -> [UInt8] { keyed(6, stamp, key) }
  static func flush(_ floor: UInt64) -> [UInt8] { frame(7, big(floor) + [0]) }
  static func copyBegin() -> [UInt8] { frame(11, big(UInt64(0)) + big(UInt64.max)) }
  static func copyEnd(_ watermark: UInt64) -> [UInt8] {
    frame(12, big(watermark) + had() + big(UInt64.max) + big(UInt32.max))
  }
  static func watermark(_ stamp: UInt64, had stampOfPeer: UInt64 = 0, refusalsSeen: UInt64 = 0) -> [UInt8] {
    frame(13, big(stamp) + had(stampOfPeer, refusalsSeen))
  }
  /// What a watermark has behind its fence.
  private static func had(_ stamp: UInt64 = 0, _ refusalsSeen: UInt64 = 0) -> [UInt8] { big(stamp) + big(refusalsSeen) }
  static func acknowledgement(_ stamp: UInt64) -> [UInt8] { frame(14, big(stamp) + big(UInt64.max)) }
  static func refused(_ stamp: UInt64, _ key: String) -> [UInt8] { keyed(15, stamp, key) }
  static func copyFromZero(_ ask: UInt32) -> [UInt8] { frame(16, big(ask)) }

  private static func keyed(_ kind: UInt8, _ stamp: UInt64, _ key: String) -> [UInt8] {
    frame(kind, big(stamp) + [0, UInt8(key.utf8.count)] + Array(key.utf8))
  }
}

private func big(_ number: some FixedWidthInteger) -> [UInt8] {
  (0..<number.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
}
