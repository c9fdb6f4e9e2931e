import Glibc
import SystemPackage

/// A socket that whoever started this process has made for it: that of a unit of systemd, for example.
///
/// It takes connections or datagrams already, and stays when this process ends: its file is not this process's to remove.
package struct InheritedSocket: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    case stream
    case datagram
  }

  package let descriptor: FileDescriptor
  package let kind: Kind
  package let address: SocketAddress
  /// As FileDescriptorName= of its unit says; empty: it has none.
  package let name: String

  package init(descriptor: FileDescriptor, kind: Kind, address: SocketAddress, name: String) {
    (self.descriptor, self.kind, self.address, self.name) = (descriptor, kind, address, name)
  }

  /// All that LISTEN_FDS tells of, if it is meant for this process; as sd_listen_fds(3).
  ///
  /// To be called before a fork: LISTEN_PID names the process that was started.
  package static func all(
    of environment: (String) -> String? = ProcessEnvironment.value, pid: Int32 = ProcessIdentity.pid
  ) throws(InheritanceError) -> [InheritedSocket] {
    guard let names = try InheritedNames.read(environment, pid: pid) else { return [] }
    var sockets: [InheritedSocket] = []
    for (number, name) in names.enumerated() {
      sockets.append(try InheritedSocket(first + Int32(number), name))
    }
    return sockets
  }

  /// SD_LISTEN_FDS_START.
  private static let first: Int32 = 3

  private init(_ number: Int32, _ name: String) throws(InheritanceError) {
    let descriptor = FileDescriptor(rawValue: number)
    guard let type = try? Socket.option(descriptor, SOL_SOCKET, SO_TYPE),
      let address = try? Socket.localAddress(descriptor)
    else { throw .noSocket(number) }
    guard let kind = Kind(type) else { throw .unknownKind(number) }
    let isListening = (try? Socket.option(descriptor, SOL_SOCKET, SO_ACCEPTCONN)) == 1
    if kind == .stream, !isListening { throw .connection(number) }
    do throws(Errno) { try Socket.makeOwn(descriptor) } catch { throw .noSocket(number) }
    self.init(descriptor: descriptor, kind: kind, address: address, name: name)
  }
}

extension InheritedSocket.Kind {
  fileprivate init?(_ type: Int32) {
    switch type {
    case Int32(SOCK_STREAM.rawValue): self = .stream
    case Int32(SOCK_DGRAM.rawValue): self = .datagram
    default: return nil
    }
  }
}

extension Socket {
  /// As all sockets here: non-blocking, and not for programs that this one might start.
  fileprivate static func makeOwn(_ socket: FileDescriptor) throws(Errno) {
    try check(fcntl(socket.rawValue, F_SETFD, FD_CLOEXEC))
    let flags = fcntl(socket.rawValue, F_GETFL)
    try check(flags)
    try check(fcntl(socket.rawValue, F_SETFL, flags | O_NONBLOCK))
  }
}
