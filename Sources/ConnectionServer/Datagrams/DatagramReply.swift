import Platform
import SystemPackage

/// Where the answers to one datagram go, and how much of them there may be.
///
/// Whoever sends a datagram may have written another's address on it: what is answered is bounded for all requests in a
/// datagram together, so that nobody is sent much more than was asked with.
struct DatagramReply {
  let socket: FileDescriptor
  let client: SocketAddress
  /// The client's number of its request.
  let request: UInt16
  /// Datagrams that may still be sent.
  var datagramsLeft: Int
  /// What stands in the reply is all of it: it may go.
  var isWhole = false
  /// The first bytes of the request in hand: whoever has to say that there is no room may have to say to what.
  var beginning = InlineArray<24, UInt8>(repeating: 0)
  var beginningCount = 0

  mutating func begin(_ request: Span<UInt8>) {
    beginningCount = min(request.count, beginning.count)
    for position in 0..<beginningCount { beginning[position] = request[position] }
  }

  func hasRoom(for byteCount: Int) -> Bool { DatagramFrame.count(ofBytes: byteCount) <= datagramsLeft }
}

/// A datagram whose reply waits: for the peer's word, or for another thread that makes it.
struct WaitingDatagram: ~Copyable {
  var rest: SuspendedConnection
  let reply: DatagramReply
  let phase: UInt8
}

extension Turn {
  /// A datagram is served as a connection of its own. It may send nothing by itself: `allowance` is 0, which is looked at
  /// in any case, so connections pay nothing for this.
  mutating func begin(_ datagram: DatagramReply, phase: UInt8) {
    begin(.plain(datagram.socket), phase: phase, requests: 1)
    self.datagram = datagram
    allowance = 0
  }

  /// The reply has no room, or should go. While its request is being answered it grows, as far as it may: how many
  /// datagrams it is must stand in the first. False where it may not grow any more.
  @inline(never)
  mutating func sendDatagrams<Source: SegmentSource & ~Copyable>(_ source: inout Source) -> Bool {
    guard let datagram else { return false }
    if datagram.isWhole {
      sendAll(datagram, &source)
      return true
    }
    guard !reply.isFull, datagram.hasRoom(for: reply.byteCount) else { return false }
    reply.bytes.reserve(ReplyBuffer.capacity)
    return true
  }

  /// What the socket does not take is lost, as on any way through a network.
  private mutating func sendAll<Source: SegmentSource & ~Copyable>(
    _ datagram: DatagramReply, _ source: inout Source
  ) {
    let total = DatagramFrame.count(ofBytes: reply.byteCount)
    self.datagram?.datagramsLeft -= total
    var number = 0
    while !reply.isEmpty, number < total {
      let frame = DatagramFrame(
        request: datagram.request, number: UInt16(truncatingIfNeeded: number),
        total: UInt16(truncatingIfNeeded: total))
      guard case .bytes(let count) = send(frame, datagram, &source), count > DatagramFrame.byteCount else { break }
      sentBytes += count
      reply.consume(count - DatagramFrame.byteCount, releasing: &source)
      number += 1
    }
    reply.clear(releasing: &source)
  }

  private func send<Source: SegmentSource & ~Copyable>(
    _ frame: DatagramFrame, _ datagram: DatagramReply, _ source: inout Source
  ) -> Sent {
    let header = frame.bytes
    return reply.gather(limit: DatagramFrame.maxDatagramBytes, behind: header.span, source) {
      $0.send(to: datagram.socket, at: datagram.client)
    }
  }
}
