import Platform
import SystemPackage
import TestSupport
import Transport

/// A client's and a server's channel, connected; both are turned by the test.
final class ChannelPair {
  let client: TLSChannel
  let server: TLSChannel
  let sockets: (client: FileDescriptor, server: FileDescriptor)
  private var isClientOpen = true

  /// - Parameter name: whom the client wants.
  init(_ server: TLSCredentials, client: TLSCredentials, name: String? = nil, sendBuffer: Int? = nil) throws {
    sockets = try Socket.pair()
    if let sendBuffer { try Socket.setSendBuffer(sockets.server, byteCount: sendBuffer) }
    self.server = try server.context.accept(sockets.server)
    self.client = try client.context.connect(sockets.client, to: name)
  }

  deinit {
    closeClient()
    server.close()
    Socket.close(sockets.server)
  }

  /// The client takes leave and goes.
  func closeClient() {
    if !isClientOpen { return }
    isClientOpen = false
    client.close()
    Socket.close(sockets.client)
  }

  enum Outcome: Equatable {
    case established
    case failed(client: String?, server: String?)
  }

  /// Both take steps until nothing more comes of that.
  func handshake() -> Outcome {
    var ends = (client: TLSChannel.Handshake.wantsRead, server: TLSChannel.Handshake.wantsRead)
    for _ in 0..<8 {
      if Self.goesOn(ends.client) { ends.client = client.handshake() }
      if Self.goesOn(ends.server) { ends.server = server.handshake() }
    }
    if ends.client == .done, ends.server == .done { return .established }
    return .failed(client: Self.reason(ends.client), server: Self.reason(ends.server))
  }

  private static func goesOn(_ end: TLSChannel.Handshake) -> Bool { end == .wantsRead || end == .wantsWrite }

  private static func reason(_ end: TLSChannel.Handshake) -> String? {
    if case .failed(let why) = end { return why }
    return nil
  }
}

/// Credentials of one authority.
struct Authority {
  let certificates: Certificates

  init() throws { certificates = try Certificates() }

  /// - Parameter verification: what it asks of whom it talks to.
  func credentials(
    _ name: String, days: Int = 2, verification: TLSSettings.Verification = .none,
    for purpose: TLSContext.Purpose = .clients, _ adjust: (inout TLSSettings) -> Void = { _ in }
  ) throws -> TLSCredentials {
    let pair = try certificates.make(name, days: days)
    var settings = TLSSettings()
    (settings.chain, settings.key, settings.authorities) = (pair.chain, pair.key, certificates.authority)
    settings.verification = verification
    adjust(&settings)
    return try TLSCredentials(settings, for: purpose)
  }
}

extension TLSChannel {
  func send(_ text: String) -> Sent { send([UInt8](text.utf8).span) }

  /// One call, with so much room.
  func receive(room: Int) -> (received: Received, text: String) {
    var buffer = ByteBuffer(capacity: room)
    let received = receive(into: &buffer)
    return (received, buffer.text)
  }
}
