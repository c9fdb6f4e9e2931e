/// Which of the two proves; part of what is proven, so that no proof can be sent back to its maker as the other's.
enum Prover: UInt8, Sendable {
  case connector = 1
  case acceptor = 2
}
