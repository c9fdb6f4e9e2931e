import Platform
import SystemPackage
import Transport

/// What `watch` tells, to this process itself: some of it, for lines that find no room are dropped, as for every watcher.
///
/// While there is one, requests are executed one by one and each makes a line (docs/architecture.md, Watchers): so it ends with its
/// time, at the latest.
package final class InternalWatch {
  private let socket: FileDescriptor
  private var rest: [UInt8] = []
  private let deadline: UInt64

  private static let maxBytesAtATime = 256 << 10

  init(_ kinds: String, _ context: ServerContext, seconds: UInt64, adopt: (Transport) -> Void) throws(Errno) {
    socket = try context.connectInternally([UInt8]("watch \(kinds)\r\n".utf8), adopt: adopt).socket
    deadline = SystemClock.monotonicNanoseconds() + seconds * 1_000_000_000
  }

  deinit { Socket.close(socket) }

  package var isOver: Bool { SystemClock.monotonicNanoseconds() >= deadline }

  /// Whole lines that have come since the last time.
  package func takeLines() -> [String] {
    var taken = 0
    while taken < Self.maxBytesAtATime {
      var chunk = [UInt8](repeating: 0, count: 64 << 10)
      var target = chunk.mutableSpan
      guard case .bytes(let count) = Socket.receive(socket, into: &target) else { break }
      rest += chunk[..<count]
      taken += count
    }
    guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    let text = String(decoding: rest[..<end], as: UTF8.self)
    rest.removeFirst(end + 1)
    return text.split(whereSeparator: \.isNewline).map(String.init)
  }
}
