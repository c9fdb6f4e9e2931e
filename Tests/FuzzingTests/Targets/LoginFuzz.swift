import Platform
import Synchronization
import TestSupport

@testable import CacheServer

/// Bytes of a client that has not logged in, where nobody can: given whole, and in the pieces that the input's first byte tells. Both
/// times it hears the same, which is nothing but the login's errors, and the store stays empty.
enum LoginFuzz {
  static func run(_ input: [UInt8]) -> String? {
    guard let first = input.first else { return nil }
    let bytes = input.dropFirst()
    do {
      let pieces = try answers(bytes, piece: 1 + Int(first))
      if let fault = fault(pieces) { return fault }
      // A line that grows too long closes the connection, unless its end comes with it.
      if bytes.split(separator: 10).contains(where: { $0.count > 2_000 }) { return nil }
      let whole = try answers(bytes, piece: max(bytes.count, 1))
      return whole == pieces ? nil : "in pieces it is answered \(text(pieces)), as a whole \(text(whole))"
    } catch {
      return "\(error)"
    }
  }

  private static func answers(_ bytes: ArraySlice<UInt8>, piece: Int) throws -> [UInt8] {
    var settings = Settings.fuzzed
    settings.authFile = "/nobody"
    settings.isSASLEnabled = true
    // An hour passes between any two looks: whatever was wrong is forgotten.
    let clock = Clock()
    let daemon = try FuzzedWorker(settings, clock: { clock.next() })
    var rest = bytes
    var sent = 0
    while !rest.isEmpty, daemon.isOpen {
      let count = sent > 16 ? rest.count : piece
      sent += 1
      daemon.send(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    let items = daemon.itemCount
    if let fault = daemon.end(audits: true) { throw Fault(description: fault) }
    if items > 0 { throw Fault(description: "\(items) items were stored") }
    return daemon.received
  }

  private static let errors: Set = [
    "CLIENT_ERROR unauthenticated", "CLIENT_ERROR auth token too long", "CLIENT_ERROR bad command line termination",
    "CLIENT_ERROR bad authentication token format", "CLIENT_ERROR authentication failure",
  ]
  private static let sentences: Set = [
    "", "PLAIN", "\(Settings.version)", "Auth failure.", "Unknown command", "Invalid arguments",
  ]

  private static func fault(_ answered: [UInt8]) -> String? {
    if answered.first == 0x81 {
      let (answers, rest) = BinaryAnswer.all(answered)
      let isSilent = answers.allSatisfy { sentences.contains($0.text) && $0.key.isEmpty && $0.extras.isEmpty }
      return isSilent && rest == 0 ? nil : "it is told \(text(answered))"
    }
    let lines = String(decoding: answered, as: UTF8.self).split(separator: "\r\n").map(String.init)
    return lines.allSatisfy(errors.contains) ? nil : "it is told \(text(answered))"
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).debugDescription }

  private struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  private final class Clock: Sendable {
    private let seconds = Atomic<UInt64>(1)
    func next() -> UInt64 { seconds.add(3600, ordering: .relaxed).newValue * 1_000_000_000 }
  }
}

extension Grammar {
  static let login: Grammar = lines([
    "set k 0 0 7\r\nfoo bar\r\n", "set k 0 0 7\r\nfoo barxx", "set k 0 0 0\r\n\r\n", "set k 0 0 2\r\nhi\r\n",
    "set k 0 0 16384\r\n\(String(repeating: "x ", count: 8192))\r\n", "set k 0 0 16385\r\n", "set k 0 0 2147483646\r\n",
    "set k 0 0 -1\r\n", "set k 0 7\r\nfoo bar\r\n", "ms k 7\r\nfoo bar\r\n", "add k 0 0 7\r\nfoo bar\r\n",
    "get key\r\n",
    "get a b c\r\nget d\r\nmn\r\n", "mg key v\r\n", "stats\r\n", "stats settings\r\n", "version\r\n", "quit\r\n",
    "\r\n",
    "shutdown\r\n", "flush_all\r\n", "replication peer none\r\n", "verbosity 2\r\n", "set k 0 0 7\nfoo bar\n",
  ])
}
