import Testing

// Two daemons that replicate to each other, as a test sees them.
//
//        clients ──▶ a ◀──── replication ────▶ b ◀── clients
//
// A `Side` is what a host's start script would hold: it can be started, killed and started again, with -x or without. In
// the usual pair a listens and b connects (one-sided, a is the master); in a mutual pair both have -x.

struct Side {
  let port: UInt16
  let listenPort: UInt16
  var peerPort: UInt16
  var host = "127.0.0.1"
  var connects: Bool
  var options: [String] = []
  var program = Executable.path
  /// Seconds by which its wall clock is ahead.
  var clockOffset = 0
  /// By which the test sets it; see `ShiftedClock`.
  var clockFile: String?

  /// The link as a's or b's log names it.
  var connectLine: String { "replication: connect (peer=\(Endpoint.tcp(host: host, port: peerPort)))" }

  var arguments: [String] {
    let ports = ["-X", listenPort == peerPort ? "\(listenPort)" : "\(listenPort):\(peerPort)"]
    return (connects ? ["-x", host] : []) + ports + options
  }
}

final class Pair {
  enum Roles: String, CaseIterable, CustomTestStringConvertible {
    case onlyBConnects = "only b has -x"
    case bothConnect = "both have -x"

    var testDescription: String { rawValue }
  }

  let rig: Rig
  var sideA: Side
  var sideB: Side
  private(set) var a: Daemon
  private(set) var b: Daemon
  /// Between the two, where the test asked for one; without relays otherwise.
  let wire: Wire

  /// Starts a, then b, and waits until both say that they stream.
  init(
    _ rig: Rig, _ roles: Roles = .onlyBConnects, host: String = "127.0.0.1", options: [String] = [],
    optionsOfB: [String] = [], relayed: Bool = false, clockOffsetOfA: Int = 0, clockFileOfA: String? = nil,
    clockFileOfB: String? = nil
  ) throws {
    self.rig = rig
    (sideA, sideB) = try Self.sides(roles, host: host, options: options)
    sideA.clockOffset = clockOffsetOfA
    sideA.clockFile = clockFileOfA
    sideB.clockFile = clockFileOfB
    sideB.options += optionsOfB
    wire = relayed ? try rig.wire(&sideA, &sideB) : Wire(relays: [])
    a = try rig.launch(sideA)
    b = try rig.launch(sideB)
    try waitUntilJoined()
  }

  /// Two sides on free ports that know each other, neither started.
  static func sides(_ roles: Roles, host: String = "127.0.0.1", options: [String] = []) throws -> (Side, Side) {
    let (portA, portB) = (try FreePorts.next(), try FreePorts.next())
    let (listenA, listenB) = (try FreePorts.next(), try FreePorts.next())
    return (
      Side(
        port: portA, listenPort: listenA, peerPort: listenB, host: host, connects: roles == .bothConnect,
        options: options),
      Side(port: portB, listenPort: listenB, peerPort: listenA, host: host, connects: true, options: options)
    )
  }

  func waitUntilJoined(times: Int = 1) throws {
    for daemon in [a, b] { try daemon.mustStream(times: times) }
  }

  func restartA(connecting: Bool) throws {
    sideA.connects = connecting
    a = try rig.start(sideA)
  }

  func restartB(connecting: Bool) throws {
    sideB.connects = connecting
    b = try rig.start(sideB)
  }
}

extension Rig {
  /// Puts a relay between each side that connects and its peer.
  func wire(_ sideA: inout Side, _ sideB: inout Side) throws -> Wire {
    let toA = sideB.connects ? try relay(to: sideA.listenPort) : nil
    let toB = sideA.connects ? try relay(to: sideB.listenPort) : nil
    if let toA { sideB.peerPort = toA.port }
    if let toB { sideA.peerPort = toB.port }
    return Wire(relays: [toA, toB].compactMap { $0 })
  }

  /// The side's daemon, not waited for.
  func launch(_ side: Side) throws -> Daemon {
    if let file = side.clockFile {
      let arguments = ["-l", side.host, "-p", "\(side.port)", "-v"] + side.arguments
      return try launch(exactly: arguments, endpoint: .tcp(host: side.host, port: side.port), clockFile: file)
    }
    return try launch(
      side.arguments, port: side.port, host: side.host, clockOffset: side.clockOffset, program: side.program)
  }

  /// The side's daemon, its client port open.
  func start(_ side: Side) throws -> Daemon {
    try daemon(
      side.arguments, port: side.port, host: side.host, clockOffset: side.clockOffset, program: side.program)
  }
}

extension Pair {
  /// Lets the stamps' clock go on: of two writes within one of its ticks (65.5 µs) the node decides, not the time.
  static func tick() { Kernel.sleep(microseconds: 1_000) }
}

extension Daemon {
  /// Its statistics say so, too, which may be a moment after its log.
  func tellsStream() throws {
    try mustStream()
    let client = try client()
    let state = try settled(on: "stream") { try client.linkStatistic("state") }
    guard state == "stream" else {
      throw RigError("\(arguments) does not stream; log:\n\(logText)")
    }
  }

  func mustStream(times: Int = 1) throws {
    guard logs("replication: start", times: times), becomesReady() else {
      throw RigError("\(arguments) did not join its peer; log:\n\(logText)")
    }
  }
}
