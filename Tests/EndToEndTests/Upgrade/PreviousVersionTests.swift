import Testing

/// Our own version before this one, as scripts/previous-version names it, beside this one: `make test-upgrade`.
@Suite(
  "The previous version", .enabled(if: Executable.previous != nil, "make test-upgrade builds it"), .serialized)
struct PreviousVersionTests {
  let rig = Rig()

  enum Roles: String, CaseIterable, CustomTestStringConvertible {
    case previousListens = "the previous version listens, this one connects"
    case previousConnects = "this version listens, the previous one connects"

    var testDescription: String { rawValue }
  }

  private func sides(_ roles: Roles) throws -> (Side, Side) {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    let previous = try #require(Executable.previous)
    if roles == .previousListens { sideA.program = previous } else { sideB.program = previous }
    return (sideA, sideB)
  }

  /// Every kind of command on both sides, until each has made so many.
  private func write(_ a: Daemon, _ b: Daemon, operations: Int, seed: UInt64) throws {
    let writers = [a, b].enumerated().map { number, daemon in
      RandomWriter.start(daemon.endpoint, keys: 500, seed: seed + UInt64(number))
    }
    #expect(eventually { writers.allSatisfy { $0.operations.load(ordering: .relaxed) >= operations } })
    for writer in writers { try writer.stop() }
  }

  private func becomeEqual(_ a: Daemon, _ b: Daemon) throws -> Bool {
    let digests = try Digests(a.client(), b.client())
    return try eventually { try digests.areEqual() }
  }

  @Test("and this one hold the same under writes on both", arguments: Roles.allCases) func pair(roles: Roles) throws {
    let (sideA, sideB) = try sides(roles)
    let a = try rig.start(sideA)
    let client = try a.client()
    try client.fill("before", 0..<2_000, "there before")
    let b = try rig.launch(sideB)
    for daemon in [a, b] { try daemon.mustStream() }
    try write(a, b, operations: 3_000, seed: 14)
    #expect(try becomeEqual(a, b), "\(a.log)\n\(b.log)")
    #expect(try Int(a.client().statistic("curr_items") ?? "") ?? 0 > 500)
    for daemon in [a, b] { #expect(try daemon.client().linkStatistic("conflicts") == "0") }
  }

  @Test("is exchanged for this one, one side after the other, under writes, and nothing is lost")
  func upgrade() throws {
    let previous = try #require(Executable.previous)
    var (sideA, sideB) = try Pair.sides(.bothConnect)
    (sideA.program, sideB.program) = (previous, previous)
    var (a, b) = (try rig.launch(sideA), try rig.launch(sideB))
    for daemon in [a, b] { try daemon.mustStream() }
    try a.client().fill("kept", 0..<2_000, "of old")
    #expect(try becomeEqual(a, b))
    sideB.program = Executable.path
    #expect(b.end() == .exited(0))
    _ = try a.client().store("set", "alone", "1")
    b = try rig.start(sideB)
    for (daemon, times) in [(a, 2), (b, 1)] { try daemon.mustStream(times: times) }
    try write(a, b, operations: 1_000, seed: 41)
    sideA.program = Executable.path
    #expect(a.end() == .exited(0))
    a = try rig.start(sideA)
    for (daemon, times) in [(a, 1), (b, 2)] { try daemon.mustStream(times: times) }
    try write(a, b, operations: 1_000, seed: 42)
    #expect(try becomeEqual(a, b), "\(a.log)\n\(b.log)")
    #expect(try a.client().statistic("version") == Executable.version)
  }
}
