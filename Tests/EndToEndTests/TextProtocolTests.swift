import Testing

@Suite("The classic text protocol, over a socket") struct TextProtocolTests {
  let rig = Rig()

  @Test("set and get") func setAndGet() throws {
    let client = try rig.daemon().client()
    #expect(try client.store("set", "a", "1") == "STORED")
    #expect(try client.fetch("a")?.text == "1")
  }
}
