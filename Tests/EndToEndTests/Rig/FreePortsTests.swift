import Testing

@Suite("Ports for tests")
struct FreePortsTests {
  @Test("One that somebody listens on is not free")
  func taken() throws {
    let port = try FreePorts.next()
    let listener = try Kernel.listen(on: .local(port))
    #expect(!FreePorts.isFree(port))
    Kernel.close(listener)
    #expect(FreePorts.isFree(port))
  }

  @Test("A socket that has looked whether one is free is in no listener's way, where another program has it still")
  func lookedAt() throws {
    let port = try FreePorts.next()
    let held = try Kernel.bind(to: .tcp(host: "0.0.0.0", port: port))
    defer { Kernel.close(held) }
    let listener = try Kernel.listen(on: .local(port))
    Kernel.close(listener)
  }
}
