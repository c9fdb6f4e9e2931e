import Testing

@Suite("The mutator by commands") struct CommandMutatorTests {
  @Test("splits lines with their data blocks, and loses no byte")
  func lines() {
    let input = Array("get k\r\nset k 0 0 3\r\na\nb\r\nms k 2 c\r\n\n\n\r\nset k 0 0 9\r\nrest".utf8)
    let commands = Grammar.text.split(input).map { String(decoding: $0, as: UTF8.self) }
    #expect(commands == ["get k\r\n", "set k 0 0 3\r\na\nb\r\n", "ms k 2 c\r\n\n\n\r\n", "set k 0 0 9\r\nrest"])
  }

  @Test("splits frames by their lengths, and loses no byte")
  func frames() {
    let input: [UInt8] = [0, 0, 0, 2, 4, 9, 0, 0, 0, 1, 8, 0, 0]
    #expect(Grammar.link.split(input) == [[0, 0, 0, 2, 4, 9], [0, 0, 0, 1, 8], [0, 0]])
  }

  @Test("makes other inputs, the same for the same seed", arguments: FuzzTarget.allCases)
  func seeds(target: FuzzTarget) {
    let start = target.grammar.samples.flatMap { $0 }
    let outputs = (1...20 as ClosedRange<UInt64>).map { CommandMutator(target.grammar, seed: $0).mutate(start) }
    #expect(Set(outputs).count > 10)
    #expect(outputs == (1...20 as ClosedRange<UInt64>).map { CommandMutator(target.grammar, seed: $0).mutate(start) })
  }
}
