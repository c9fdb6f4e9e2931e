/// Sixteen random bytes, used once: what the other side must mix with the secret.
package struct Nonce: Hashable, Sendable {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}
