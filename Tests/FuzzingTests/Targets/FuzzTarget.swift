/// What reads bytes from outside, each with what an input is made of and how it is tried.
///
/// ```
///   input ──run──▶ a fresh daemon's part, given the input whole, and again in pieces ──▶ nil, or what is wrong
///     ▲                                  └ traps are found by the fuzzer, or by the test that replays the kept inputs
///     └──CommandMutator, by the target's grammar
/// ```
///
/// `make fuzz` drives it by libFuzzer; `make test` replays the kept inputs.
enum FuzzTarget: String, CaseIterable, Sendable {
  /// Classic text commands to a worker.
  case text
  /// Meta commands, and classic ones between them.
  case meta
  /// Frames of the binary protocol.
  case binary
  /// Clients of either protocol that have not logged in, and never will.
  case login
  /// Datagrams, of either protocol.
  case udp
  /// The stream of a peer that was let in.
  case link
  /// What a peer says before it is let in: a line, or frames.
  case hello
  /// The stream of a repcached 2.x.
  case legacy

  /// Runs one input; nil, or what is wrong.
  func run(_ input: [UInt8]) -> String? {
    switch self {
    case .text, .meta, .binary: ClientFuzz.run(input)
    case .login: LoginFuzz.run(input)
    case .udp: DatagramFuzz.run(input)
    case .link: LinkFuzz.run(input)
    case .hello: HelloFuzz.run(input)
    case .legacy: LegacyFuzz.run(input)
    }
  }

  var grammar: Grammar {
    switch self {
    case .text: .text
    case .meta: .meta
    case .binary: .binary
    case .login: .login
    case .udp: .udp
    case .link: .link
    case .hello: .hello
    case .legacy: .legacy
    }
  }
}
