import Testing

/// What one side has deleted, or written anew, and the other goes on with the old value without having heard of it: whenever
/// that is done, it is older (`Version`).
@Suite(
  "A delete is not undone by who had not heard of it",
  .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct MissedDeletesTests {
  let rig = Rig()

  struct Derived: Sendable, CustomTestStringConvertible {
    let request: String
    var isRetrieval = false
    var testDescription: String {
      request.split(separator: "\r\n").first.map(String.init) ?? request
    }

    func run(_ client: Client) throws -> String {
      try client.ask(request + "\r\n", until: isRetrieval ? "END\r\n" : "\r\n")
    }
  }

  static let derived = [
    Derived(request: "incr k 1"), Derived(request: "decr k 1"), Derived(request: "touch k 1000"),
    Derived(request: "gat 1000 k", isRetrieval: true), Derived(request: "append k 0 0 1\r\n5"),
    Derived(request: "prepend k 0 0 1\r\n5"),
  ]

  enum Fault: CaseIterable { case stall, cut }

  /// Lets the link through again, and waits until all that was done before has crossed: what each client writes now comes
  /// after what it has written.
  private func heal(_ pair: Pair, _ near: Client, _ far: Client, _ round: Int) throws {
    pair.wire.pass()
    for (from, to) in [(near, far), (far, near)] {
      let name = "crossed\(round)"
      #expect(try from.store("set", name, "\(round)") == "STORED")
      #expect(try settled(on: "\(round)") { try to.text(of: name) } == "\(round)")
      #expect(try from.command("delete \(name)") == "DELETED")
      #expect(try settled(on: nil) { try to.text(of: name) } == nil)
    }
  }

  /// Both hold the value that one goes on with.
  private func agree(_ near: Client, _ far: Client) throws {
    #expect(try far.store("set", "k", "10") == "STORED")
    #expect(try settled(on: "10") { try near.text(of: "k") } == "10")
  }

  private func begin(_ fault: Fault, _ pair: Pair) {
    switch fault {
    case .stall: pair.wire.stall()
    case .cut: pair.wire.refuse()
    }
  }

  @Test(
    "deleted on one side, changed or touched on the other: gone on both", arguments: derived,
    Fault.allCases)
  func deleted(command: Derived, fault: Fault) throws {
    let pair = try Pair(rig, .bothConnect, relayed: true)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (round, (near, far)) in [(a, b), (b, a)].enumerated() {
      try agree(near, far)
      begin(fault, pair)
      #expect(try near.command("delete k") == "DELETED")
      Pair.tick()
      let answer = try command.run(far)
      #expect(answer != "NOT_FOUND\r\n" && answer != "NOT_STORED\r\n" && answer != "END\r\n")
      try heal(pair, near, far, round)
      #expect(try settled(on: nil) { try near.text(of: "k") } == nil)
      #expect(try settled(on: nil) { try far.text(of: "k") } == nil)
    }
    #expect(try pair.becomesEqual())
  }

  @Test(
    "written anew on one side, changed or touched on the other: the new value stays",
    arguments: derived)
  func replaced(command: Derived) throws {
    let pair = try Pair(rig, .bothConnect, relayed: true)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (round, (near, far)) in [(a, b), (b, a)].enumerated() {
      try agree(near, far)
      pair.wire.stall()
      #expect(try near.store("set", "k", "77") == "STORED")
      Pair.tick()
      _ = try command.run(far)
      try heal(pair, near, far, round)
      let left = try #require(try near.fetch("k"))
      #expect(left.text == "77")
      #expect(try settled(on: left) { try far.fetch("k") } == left)
    }
    #expect(try pair.becomesEqual())
  }

  @Test(
    "what a flush has removed on one side is not kept by a change on the other", arguments: derived)
  func flushed(command: Derived) throws {
    let pair = try Pair(rig, .bothConnect, relayed: true)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (round, (near, far)) in [(a, b), (b, a)].enumerated() {
      try agree(near, far)
      pair.wire.stall()
      #expect(try near.command("flush_all") == "OK")
      Pair.tick()
      _ = try command.run(far)
      try heal(pair, near, far, round)
      #expect(try settled(on: nil) { try near.text(of: "k") } == nil)
      #expect(try settled(on: nil) { try far.text(of: "k") } == nil)
    }
  }

  /// PHP's session locks: one request holds the lock, others count how often they have asked for it, and the request that
  /// lets it go may have been served by the other host.
  @Test(
    "a lock that is counted up in a loop on one side and deleted on the other is free on both, 40 times"
  )
  func locks() throws {
    let pair = try Pair(rig, .bothConnect, relayed: true)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for round in 0..<40 {
      let (near, far) = round % 2 == 0 ? (a, b) : (b, a)
      #expect(try far.store("add", "lock", "1", exptime: 1000) == "STORED")
      #expect(try settled(on: "1") { try near.text(of: "lock") } == "1")
      // Now and then the link is stalled meanwhile; else the two cross as they will.
      if round % 4 < 2 { pair.wire.stall() }
      for _ in 0..<20 { _ = try far.command("incr lock 1") }
      #expect(try near.command("delete lock") == "DELETED")
      for _ in 0..<20 { _ = try far.command("incr lock 1") }
      pair.wire.pass()
      let isFree = try eventually { try far.command("incr lock 1") == "NOT_FOUND" }
      #expect(isFree, "round \(round)")
      try heal(pair, near, far, round)
      #expect(try near.text(of: "lock") == nil && far.text(of: "lock") == nil, "round \(round)")
    }
    #expect(try pair.becomesEqual())
  }
}
