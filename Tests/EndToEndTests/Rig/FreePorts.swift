import Synchronization

// Ports for daemons, which no one else is given meanwhile. A port of the kernel's choosing (bind to 0, close, use it) may be
// taken by any outgoing connection before the daemon binds it, and again whenever a test has killed a daemon and wants it
// back on the same port. So those of tests come from below the ephemeral range (32768 and up), in blocks of 100. A block belongs to
// the process that has bound its abstract unix socket, so two test runs on one machine never meet; the kernel frees it when
// the process ends, however it ends. Within a block each port is tried once, against strangers.

enum FreePorts {
  private struct State {
    var locks: [Int32] = []
    var ports: [UInt16] = []
  }

  private static let state = Mutex(State())

  static func next() throws -> UInt16 {
    try state.withLock { state in
      while true {
        if state.ports.isEmpty { try claimBlock(&state) }
        let port = state.ports.removeFirst()
        if isFree(port) { return port }
      }
    }
  }

  /// It is bound and not listened on: a program that another thread starts just then has the socket, too, until it is itself, and a
  /// listener there would be in the way of the one that the port is for.
  static func isFree(_ port: UInt16) -> Bool {
    ["0.0.0.0", "::"].allSatisfy { host in
      guard let socket = try? Kernel.bind(to: .tcp(host: host, port: port)) else { return false }
      Kernel.close(socket)
      return true
    }
  }

  private static func claimBlock(_ state: inout State) throws {
    for block in (120..<320).shuffled() {
      guard let lock = try? Kernel.listen(on: .unix(path: "\0repcached-tests-\(block)")) else { continue }
      state.locks.append(lock)
      state.ports = (0..<100).map { UInt16(block * 100 + $0) }
      return
    }
    throw RigError("every block of test ports is taken")
  }
}
