import Platform
import SystemPackage

enum Ports {
  /// A port that somebody listens on.
  static func taken() throws -> (socket: FileDescriptor, port: UInt16) {
    let socket = try Socket.listen(on: .loopback4(port: 0), backlog: 1)
    return (socket, try Socket.localAddress(socket).port)
  }

  /// A port nobody has at the moment.
  static func free() throws -> UInt16 {
    let (socket, port) = try taken()
    Socket.close(socket)
    return port
  }
}
