import EventLoop
import Platform
import SystemPackage

/// One address that clients come in by.
final class Listener {
  let socket: FileDescriptor
  let address: SocketAddress
  private var event: SocketEvent?

  private init(socket: FileDescriptor, address: SocketAddress) {
    self.socket = socket
    self.address = address
  }

  /// Takes every address of the settings, or says which one cannot be had; then none is kept.
  static func bindAll(_ settings: Settings) throws(ServerError) -> [Listener] {
    var listeners: [Listener] = []
    do {
      if let path = settings.unixSocket {
        return [try bind(path: path, mode: settings.unixSocketMode)]
      }
      for wanted in settings.clientAddresses where wanted.port != 0 {
        for address in try resolve(wanted.host, wanted.port) {
          if let listener = try bind(address, isWish: wanted.isWish) { listeners.append(listener) }
        }
      }
      return listeners
    } catch {
      for listener in listeners { listener.close() }
      throw error
    }
  }

  private static func resolve(_ host: String?, _ port: UInt16) throws(ServerError) -> [SocketAddress] {
    do {
      return try SocketAddress.resolve(host: host, port: port)
    } catch {
      throw .system(error.description)
    }
  }

  /// - Parameter isWish: one of the wildcard addresses; a system without IPv6 has only the other.
  private static func bind(_ address: SocketAddress, isWish: Bool) throws(ServerError) -> Listener? {
    do {
      let socket = try Socket.bind(to: address)
      // Clients inherit both.
      try Socket.setNoDelay(socket)
      try Socket.setKeepAlive(socket)
      return Listener(socket: socket, address: (try? Socket.localAddress(socket)) ?? address)
    } catch {
      if isWish, error == .addressFamilyNotSupported || error == .addressNotAvailable { return nil }
      throw .system("failed to listen on \(address): \(error)")
    }
  }

  private static func bind(path: String, mode: UInt32) throws(ServerError) -> Listener {
    do {
      let address = SocketAddress.unix(path: path)
      return Listener(socket: try Socket.bindUnix(to: address, mode: mode), address: address)
    } catch {
      throw .system("failed to listen on \(path): \(error)")
    }
  }

  func open(backlog: Int, loop: EventLoop, token: UInt32) throws(ServerError) {
    do {
      try Socket.listen(socket, backlog: backlog)
    } catch {
      throw .system("failed to listen on \(address): \(error)")
    }
    event = SocketEvent(loop: loop, fd: socket, token: token)
  }

  func want(_ readiness: Readiness) { _ = event?.want(readiness) }

  func close() {
    event = nil
    if case .unix(let path) = address { Socket.removeFile(path) }
    Socket.close(socket)
  }
}

extension Settings {
  /// Where clients come in by TCP: each `-l` with the port of `-p` where it has none, or every interface.
  var clientAddresses: [(host: String?, port: UInt16, isWish: Bool)] {
    if addresses.isEmpty { return [(nil, port, true)] }
    return addresses.map { ($0.host, $0.port ?? port, $0.host == nil) }
  }
}
