import ArgumentParser
import Platform
import Transport

/// Where the server is.
struct TargetOptions: ParsableArguments {
  @Option(
    name: [.customShort("H"), .long], help: ArgumentHelp("Host name or address of the server.", valueName: "name"))
  var host = "127.0.0.1"

  @Option(name: .shortAndLong, help: ArgumentHelp("Its TCP port.", valueName: "number"))
  var port: UInt16 = 11211

  @Option(
    name: [.customShort("s"), .customLong("socket")], help: ArgumentHelp("Its unix socket, instead.", valueName: "path")
  )
  var unixSocket: String?

  @Flag(name: .long, help: "It speaks TLS. Whatever certificate it shows is taken.")
  var tls = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Its process on this host: tells the processor time that a request costs there.", valueName: "pid"))
  var pid: Int32?
}

extension TargetOptions {
  mutating func validate() throws {
    if let pid, ServerUsage.read(pid) == nil { throw ValidationError("there is no process \(pid)") }
  }

  /// Nil: it is plain.
  func tlsContext() throws(TLSError) -> TLSContext? {
    tls ? try TLSContext(TLSSettings(), for: .servers, counters: TLSCounters()) : nil
  }

  func address() throws(ResolutionError) -> SocketAddress {
    if let unixSocket { return .unix(path: unixSocket) }
    let addresses = try SocketAddress.resolve(host: host, port: port)
    return addresses[0]
  }
}
