import Glibc
import SystemPackage

// How a service tells its service manager how it is: the protocol of sd_notify(3), without libsystemd.
//
//    NOTIFY_SOCKET=/run/systemd/notify ──▶ one datagram: "READY=1\nSTATUS=Serving"
//
// Invariants. A call never waits: a manager whose queue is full gets nothing, and the caller is told. A manager that
// starts anew makes the same path again, so each datagram looks the path up. It must not know what is told.

package final class NotifySocket: Sendable {
  private let socket: FileDescriptor
  private let address: SocketAddress

  /// - Parameter place: as in NOTIFY_SOCKET: an absolute path, or `@` and a name of the abstract namespace.
  package init(_ place: String) throws(Errno) {
    address = try Self.address(place)
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Socket.flags, 0)
    try check(descriptor)
    socket = FileDescriptor(rawValue: descriptor)
  }

  deinit { Socket.close(socket) }

  /// One datagram of lines as `READY=1`; each must be of one line.
  package func send(_ lines: [String]) -> Sent {
    Socket.send(socket, Array(lines.joined(separator: "\n").utf8).span, to: address)
  }

  private static func address(_ place: String) throws(Errno) -> SocketAddress {
    guard let first = place.utf8.first, [UInt8(ascii: "/"), UInt8(ascii: "@")].contains(first), place.utf8.count > 1
    else { throw .addressFamilyNotSupported }
    if place.utf8.count > SocketAddress.unixPathLimit { throw .fileNameTooLong }
    return .unix(path: first == UInt8(ascii: "@") ? "\0" + place.dropFirst() : place)
  }
}
