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
        listeners += try bind(anyOf: resolve(wanted.host, wanted.port))
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

  /// All addresses of one name, but those that this host cannot have while it has others: where there is no IPv6, `::` and
  /// the second address of `localhost`. One that somebody else has is an error.
  static func bind(anyOf addresses: [SocketAddress]) throws(ServerError) -> [Listener] {
    var listeners: [Listener] = []
    var refusal: ServerError?
    for address in addresses {
      do throws(Errno) {
        listeners.append(try bind(address))
      } catch {
        refusal = .system("failed to listen on \(address): \(error)")
        if error == .addressFamilyNotSupported || error == .addressNotAvailable { continue }
        for listener in listeners { listener.close() }
        listeners = []
        break
      }
    }
    if let refusal, listeners.isEmpty { throw refusal }
    return listeners
  }

  private static func bind(_ address: SocketAddress) throws(Errno) -> Listener {
    let socket = try Socket.bind(to: address)
    do throws(Errno) {
      // Clients inherit both.
      try Socket.setNoDelay(socket)
      try Socket.setKeepAlive(socket)
    } catch {
      Socket.close(socket)
      throw error
    }
    return Listener(socket: socket, address: (try? Socket.localAddress(socket)) ?? address)
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
  /// Descriptors that are no client's: listeners, the peer, and for each thread its event loop and wake-up.
  package var reservedDescriptors: Int { 4 * threads + addresses.count + 64 }

  /// Where clients come in by TCP: each `-l` with the port of `-p` where it has none, or every interface.
  var clientAddresses: [(host: String?, port: UInt16)] {
    if addresses.isEmpty { return [(nil, port)] }
    return addresses.map { ($0.host, $0.port ?? port) }
  }
}
