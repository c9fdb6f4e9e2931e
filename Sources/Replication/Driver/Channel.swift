import EventLoop
import Platform
import SystemPackage
import Transport

/// A connection to a daemon that is, or may become, the peer. Owned by the link thread.
final class Channel {
  enum Stage {
    /// TCP is under way.
    case dialing
    /// This side dialled; the peer's hello is awaited.
    case awaitsAnswer
    /// The other side dialled; its line is awaited.
    case awaitsLine
    /// The other side dialled; the confirmation of its hello is awaited.
    case awaitsConfirmation
    case linked
    case closed
  }

  let id: ChannelID
  let fd: FileDescriptor
  let address: SocketAddress
  /// Plain, until `seal` on it.
  private(set) var transport: Transport
  let isDialled: Bool
  var stage: Stage
  /// The link on it is in the format of repcached 2.x.
  var speaksLegacy = false
  var event: SocketEvent
  /// There was no time for all that has come.
  var hasUnparsed = false
  var input = ByteBuffer(capacity: smallBuffer)
  var output = ByteBuffer(capacity: smallBuffer)
  private(set) var bytesSent: UInt64 = 0
  /// What was said here, for the proofs, and for what a hello asked.
  var localHello: Hello?
  var peerHello: Hello?
  /// What the other side has proven to know.
  var provenSecret: SharedSecret?

  /// Both, when both are said.
  var hellos: (connector: Hello, acceptor: Hello)? {
    guard let localHello, let peerHello else { return nil }
    return isDialled ? (localHello, peerHello) : (peerHello, localHello)
  }

  /// Enough for a handshake; who has not proven anything yet costs no more.
  private static let smallBuffer = 2048
  static let inputBuffer = 256 << 10

  init(id: ChannelID, fd: FileDescriptor, address: SocketAddress, stage: Stage, loop: EventLoop) {
    self.id = id
    self.fd = fd
    transport = .plain(fd)
    self.address = address
    self.stage = stage
    isDialled = stage == .dialing
    event = SocketEvent(loop: loop, fd: fd, token: id.rawValue)
  }

  /// Buffers for a link.
  func enlarge() {
    input.resize(toCapacity: max(Self.inputBuffer, input.count))
    output.reserve(Replicator.defaultOutputLimit + FrameLimits.frame)
  }

  // MARK: TLS

  /// From now on by this channel, which it owns. Its handshake is made by the first reads and writes.
  func seal(by channel: TLSChannel) { transport = .tls(channel) }

  /// Why TLS has come to nothing here, if it has.
  var sealFailure: String? { transport.channel?.failure }

  /// What was written waited for something to be read.
  var mayFlushAfterRead: Bool { !output.isEmpty && !transport.isPlain }

  func close() {
    transport.channel?.close()
    transport = .plain(fd)
    Socket.close(fd)
  }

  // MARK: Sending

  /// Sends what is there; false when the connection is broken.
  func flush() -> Bool {
    while !output.isEmpty {
      switch transport.send(&output) {
      case .bytes(let count): bytesSent += UInt64(count)
      case .wouldBlock:
        event.want(transport.channel?.writeWantsRead == true ? .readable : [.readable, .writable])
        return true
      case .failed: return false
      }
    }
    event.want(transport.channel?.readWantsWrite == true ? [.readable, .writable] : .readable)
    return true
  }

  /// Room for a receive, made where it is short: what is left over of the last frames is less than a frame.
  func makeRoom() -> Int {
    if input.space < min(FrameLimits.frame, input.capacity / 2) { input.compact() }
    return input.space
  }

  func append(_ body: (inout OutputSpan<UInt8>) -> Void) {
    output.reserve(FrameEncoder.controlCount)
    output.write(body)
  }

  func appendLine(_ line: [UInt8]) {
    output.reserve(line.count)
    output.append(line.span)
  }
}
