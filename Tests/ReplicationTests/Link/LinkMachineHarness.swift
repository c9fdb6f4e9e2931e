import ItemStore

@testable import Replication

/// A link machine by itself: events by hand, time by hand, the log as it grows.
struct LinkMachineHarness {
  var machine: LinkMachine
  var now = Duration.zero
  var log: [String] = []
  /// Those of them that are told without `-v` too.
  var warnings: [String] = []
  var last: [LinkAction] = []
  let local: PeerIdentity
  static let wallClock: UInt64 = 1_700_000_000_000_000

  init(node: UInt64 = 5, boot: UInt64 = 50, peer: String? = nil, change: (inout LinkSettings) -> Void = { _ in }) {
    local = PeerIdentity(node: node, boot: boot)
    var settings = LinkSettings(identity: local, peer: peer, listenAddress: "0.0.0.0:11212", jitterSeed: 1)
    change(&settings)
    machine = LinkMachine(settings)
  }

  /// What the log has got by this, without its prefix.
  @discardableResult mutating func on(_ event: LinkEvent, after: Duration = .zero) -> [String] {
    now += after
    last = machine.handle(event, now: now)
    var lines: [String] = []
    for action in last {
      switch action {
      case .log(let line): lines.append(Self.text(line))
      case .warn(let line):
        lines.append(Self.text(line))
        warnings.append(Self.text(line))
      default: break
      }
    }
    log += lines
    if last.contains(.listen) { lines += on(.listening) }
    return lines
  }

  private static func text(_ line: String) -> String { String(line.dropFirst("replication: ".count)) }

  /// Ticks every 50 ms for so long.
  @discardableResult mutating func wait(_ duration: Duration) -> [LinkAction] {
    var actions: [LinkAction] = []
    for _ in 0..<Int(duration / .milliseconds(50)) {
      on(.tick, after: .milliseconds(50))
      actions += last
    }
    return actions
  }

  /// Ticks until it dials, at most 3 s, and tells whether it did.
  @discardableResult mutating func waitForDial() -> Bool {
    for _ in 0..<60 {
      if wait(.milliseconds(50)).contains(.dial) { return true }
    }
    return false
  }

  static func hello(node: UInt64, boot: UInt64 = 70, _ change: (inout Hello) -> Void = { _ in }) -> Hello {
    var hello = Hello(
      identity: PeerIdentity(node: node, boot: boot), unixMicroseconds: wallClock, highestStamp: .zero,
      received: .nothing,
      nonce: Nonce(high: 1, low: 2))
    change(&hello)
    return hello
  }

  @discardableResult mutating func greet(
    _ channel: ChannelID, _ hello: Hello, from address: String = "10.0.0.2:4000", proven: Bool = true
  ) -> [String] {
    on(.accepted(channel, from: address, .admitted))
      + on(.hello(channel, hello, unixMicroseconds: Self.wallClock, proven: proven))
  }

  /// The other side dials and is let in.
  @discardableResult mutating func join(_ channel: ChannelID, _ hello: Hello = hello(node: 9)) -> [String] {
    greet(channel, hello) + on(.confirmed(channel, proven: true))
  }

  var isLinked: Bool {
    if case .linked = machine.phase { return true }
    return false
  }
}
