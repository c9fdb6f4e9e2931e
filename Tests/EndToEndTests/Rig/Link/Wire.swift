/// All that lies between the two of a pair: one relay for each side that connects. What is done to a wire is done to each.
struct Wire {
  let relays: [Relay]

  func pass() { relays.forEach { $0.pass() } }
  func cut() { relays.forEach { $0.cut() } }
  func refuse() { relays.forEach { $0.refuse() } }
  func stall() { relays.forEach { $0.stall() } }
  func split(seed: UInt64) { relays.forEach { $0.split(seed: seed) } }
  func slow(bytesPerSecond: Int) { relays.forEach { $0.slow(bytesPerSecond: bytesPerSecond) } }
  func delay(upTo limit: Duration, seed: UInt64) { relays.forEach { $0.delay(upTo: limit, seed: seed) } }

  /// Bytes that went through, either way.
  var traffic: Int { relays.reduce(0) { $0 + $1.traffic.bytesToTarget + $1.traffic.bytesBack } }
}
