import EventLoop
import Platform
import SystemPackage
import Transport

/// One address that clients come in by.
package final class Listener {
  package let socket: FileDescriptor
  package let address: SocketAddress
  /// It has no clients to accept: what they ask comes in by itself.
  let isDatagram: Bool
  let security: ListeningPlace.Security
  /// Of a unix socket that was made here, not inherited.
  let file: String?
  private var event: SocketEvent?

  private init(
    socket: FileDescriptor, address: SocketAddress, isDatagram: Bool = false,
    security: ListeningPlace.Security = .none, file: String? = nil
  ) {
    self.socket = socket
    self.address = address
    self.isDatagram = isDatagram
    self.security = security
    self.file = file
  }

  /// One that is bound, and listens, already.
  convenience init(_ inherited: InheritedSocket, _ security: ListeningPlace.Security) {
    // Clients inherit both; a unix socket has neither.
    try? Socket.setNoDelay(inherited.descriptor)
    try? Socket.setKeepAlive(inherited.descriptor)
    self.init(
      socket: inherited.descriptor, address: inherited.address, isDatagram: inherited.kind == .datagram,
      security: security)
  }

  /// Takes every place, or says which one cannot be had; then none is kept.
  package static func bindAll(_ places: [ListeningPlace]) throws(ListenError) -> [Listener] {
    var listeners: [Listener] = []
    do {
      for place in places {
        switch place {
        case .unix(let path, let mode): listeners.append(try bind(path: path, mode: mode))
        case .tcp(let host, let port, let security):
          listeners += try bind(anyOf: resolve(host, port)) { (address) throws(Errno) in try bind(address, security) }
        case .udp(let host, let port): listeners += try bind(anyOf: resolve(host, port), bindDatagrams)
        }
      }
      return listeners
    } catch {
      for listener in listeners { listener.close() }
      throw error
    }
  }

  private static func resolve(_ host: String?, _ port: UInt16) throws(ListenError) -> [SocketAddress] {
    do {
      return try SocketAddress.resolve(host: host, port: port)
    } catch {
      throw ListenError(error.description)
    }
  }

  /// All addresses of one name, but those that this host cannot have while it has others: where there is no IPv6, `::` and
  /// the second address of `localhost`. One that somebody else has is an error.
  static func bind(
    anyOf addresses: [SocketAddress],
    _ bind: (SocketAddress) throws(Errno) -> Listener = { (address) throws(Errno) in try bind(address) }
  ) throws(ListenError) -> [Listener] {
    var listeners: [Listener] = []
    var refusal: ListenError?
    for address in addresses {
      do throws(Errno) {
        listeners.append(try bind(address))
      } catch {
        refusal = ListenError("failed to listen on \(address): \(error)")
        if error == .addressFamilyNotSupported || error == .addressNotAvailable { continue }
        for listener in listeners { listener.close() }
        listeners = []
        break
      }
    }
    if let refusal, listeners.isEmpty { throw refusal }
    return listeners
  }

  static func bind(_ address: SocketAddress, _ security: ListeningPlace.Security = .none) throws(Errno) -> Listener {
    let socket = try Socket.bind(to: address)
    do throws(Errno) {
      // Clients inherit both.
      try Socket.setNoDelay(socket)
      try Socket.setKeepAlive(socket)
    } catch {
      Socket.close(socket)
      throw error
    }
    return Listener(
      socket: socket, address: (try? Socket.localAddress(socket)) ?? address, security: security)
  }

  private static func bindDatagrams(_ address: SocketAddress) throws(Errno) -> Listener {
    let socket = try Socket.bindDatagrams(to: address)
    return Listener(socket: socket, address: (try? Socket.localAddress(socket)) ?? address, isDatagram: true)
  }

  private static func bind(path: String, mode: UInt32) throws(ListenError) -> Listener {
    do {
      let address = SocketAddress.unix(path: path)
      return Listener(socket: try Socket.bindUnix(to: address, mode: mode), address: address, file: path)
    } catch {
      throw ListenError("failed to listen on \(path): \(error)")
    }
  }

  func open(backlog: Int, loop: EventLoop, token: UInt32) throws(ListenError) {
    do {
      try Socket.listen(socket, backlog: backlog)
    } catch {
      throw ListenError("failed to listen on \(address): \(error)")
    }
    event = SocketEvent(loop: loop, fd: socket, token: token)
  }

  /// What has come while nobody was served asked for an answer too long ago.
  func dropDatagrams() {
    var count = 0
    while count < Self.maxDropped, Socket.dropDatagram(socket) { count += 1 }
  }

  private static let maxDropped = 100_000

  func want(_ readiness: Readiness) { _ = event?.want(readiness) }

  package func close() {
    event = nil
    if let file { Socket.removeFile(file) }
    Socket.close(socket)
  }
}

/// Where clients come in.
package enum ListeningPlace: Sendable {
  case unix(path: String, mode: UInt32)
  /// Every address of the host; nil: of every interface.
  case tcp(host: String?, port: UInt16, security: Security = .none)
  /// Datagrams, to such addresses.
  case udp(host: String?, port: UInt16)

  /// Whether clients of a place speak TLS there.
  package enum Security: Sendable, Hashable {
    case none
    /// Their certificates are judged so; nil: as the settings say.
    case tls(TLSSettings.Verification?)
  }
}

/// An address that cannot be had, in one line.
package struct ListenError: Error, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
