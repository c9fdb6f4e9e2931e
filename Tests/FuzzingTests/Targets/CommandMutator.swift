import TestSupport

/// Changes an input by whole commands: a change of one byte seldom makes another command of one.
struct CommandMutator {
  private let grammar: Grammar
  private let seed: UInt64

  init(_ grammar: Grammar, seed: UInt64) { (self.grammar, self.seed) = (grammar, seed) }

  func mutate(_ input: [UInt8]) -> [UInt8] {
    var random = SeededRandom(seed: seed)
    var commands = grammar.split(input)
    for _ in 0..<Int.random(in: 1...3, using: &random) { change(&commands, &random) }
    return commands.flatMap { $0 }
  }

  private func change(_ commands: inout [[UInt8]], _ random: inout SeededRandom) {
    let place = Int.random(in: 0...commands.count, using: &random)
    guard place < commands.count else { return commands.append(sample(&random)) }
    switch Int.random(in: 0..<7, using: &random) {
    case 0: commands.insert(sample(&random), at: place)
    case 1: commands[place] = sample(&random)
    case 2: commands.insert(commands[place], at: place)
    case 3: commands.remove(at: place)
    case 4: commands.swapAt(place, Int.random(in: 0..<commands.count, using: &random))
    case 5: commands[place] = Array(commands[place].prefix(Int.random(in: 0...commands[place].count, using: &random)))
    default: commands[place] = grammar.vary(commands[place], &random)
    }
  }

  private func sample(_ random: inout SeededRandom) -> [UInt8] {
    let sample = grammar.samples.randomElement(using: &random) ?? []
    return Bool.random(using: &random) ? sample : grammar.vary(sample, &random)
  }
}
