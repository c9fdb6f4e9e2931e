import Foundation
import TestSupport
import Testing

@Suite("What reads bytes from outside") struct FuzzTargetTests {
  @Test("takes every kept input without a fault", arguments: FuzzTarget.allCases)
  func corpus(target: FuzzTarget) throws {
    let inputs = try Corpus.inputs(of: target)
    #expect(!inputs.isEmpty, "\(target) has no corpus")
    for (name, input) in inputs {
      let fault = target.run(input)
      #expect(fault == nil, "\(target)/\(name)")
    }
  }

  @Test("takes its own samples, and what the mutator makes of them", arguments: FuzzTarget.allCases)
  func mutated(target: FuzzTarget) {
    let grammar = target.grammar
    let start: [UInt8] = [7] + grammar.samples.flatMap { $0 }
    #expect(target.run(start) == nil)
    var input = start
    for seed in 1...60 as ClosedRange<UInt64> {
      input = seed.isMultiple(of: 12) ? start : Array(CommandMutator(grammar, seed: seed).mutate(input).prefix(8_192))
      let fault = target.run(input)
      #expect(fault == nil, "\(target), seed \(seed)")
    }
  }
}

/// The inputs that were worth keeping: `make fuzz` adds to them.
private enum Corpus {
  static func inputs(of target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Corpus/\(target)")
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .sorted { $0.path < $1.path }.map { ($0.lastPathComponent, Array(try Data(contentsOf: $0))) }
  }
}
