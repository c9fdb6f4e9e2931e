/// What a random run does to the wire between the two, until it lets it pass again.
enum WireFault: CaseIterable {
  case none, cut, refuse, stall, split, slow, delay

  /// Draws one number from `random` in every case, and another where the fault has a strength.
  func begin(on wire: Wire, _ random: inout SeededRandom) {
    let seed = random.next()
    switch self {
    case .none: break
    case .cut: wire.cut()
    case .refuse: wire.refuse()
    case .stall: wire.stall()
    case .split: wire.split(seed: seed)
    case .slow: wire.slow(bytesPerSecond: Int.random(in: 20_000...1_000_000, using: &random))
    case .delay: wire.delay(upTo: .milliseconds(Int.random(in: 1...200, using: &random)), seed: seed)
    }
  }
}
