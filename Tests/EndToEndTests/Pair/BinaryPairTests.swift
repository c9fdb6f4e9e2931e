import TestSupport
import Testing

@Suite(
  "A pair whose clients speak the binary protocol", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct BinaryPairTests {
  let rig = Rig()

  @Test("What is written in frames on one side is on the other, with the same cas unique") func writes() throws {
    let pair = try Pair(rig)
    let (here, there) = (try pair.a.client(), try pair.b.client())
    let writes: [BinaryFrame] = [
      .set("set", "1", flags: 9), .set("setq", "2", 0x11), .set("add", "3", 0x02), .set("addq", "4", 0x12),
      .set("replaced", "0"), .set("replaced", "5", 0x13), .set("appended", "6"), .append("appended", "7", 0x19),
      .append("appended", "5", 0x1a), .increment("number", by: 1, initial: 41, exptime: 0),
      .increment("number", by: 1, 0x15), .set("deleted", "8"), .delete("deleted", 0x14), .set("touched", "9"),
      .touch("touched", 1_000), .noop,
    ]
    try here.send(writes)
    _ = try here.answers(until: 15)
    for key in ["set", "setq", "add", "addq", "replaced", "appended", "number", "deleted", "touched"] {
      let held = try here.ask(.get(key))
      #expect(try settled(on: held) { try there.ask(.get(key)) } == held, "\(key)")
    }
    #expect(try there.ask(.get("appended")).text == "567" && there.ask(.get("number")).text == "42")
    let cas = try there.ask(.get("set")).cas
    #expect(try there.ask(.set("set", "from there", cas: cas)).status == 0)
    #expect(try settled(on: "from there") { try here.ask(.get("set")).text } == "from there")
    try there.send([BinaryFrame(0x18), .noop])
    #expect(try there.answer().opaque == 1)
    #expect(try settled(on: 1) { try here.ask(.get("number")).status } == 1)
  }

  @Test("With repl_ack answers wait for the peer, those of quiet writes' neighbours, too") func acknowledged() throws {
    let pair = try Pair(rig, options: ["-o", "repl_ack=20000"])
    let (here, there) = (try pair.a.client(), try pair.b.client())
    for number in 0..<200 {
      try here.send([.set("q\(number)", "1", 0x11), .set("k\(number)", "1"), .noop])
      #expect(try here.answers(until: 2).map(\.status) == [0])
      #expect(try there.ask(.get("q\(number)")).status == 0 && there.ask(.get("k\(number)")).status == 0)
    }
    #expect(try here.ask(.noop).status == 0)
  }
}
