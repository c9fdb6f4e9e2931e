/// An IPv4 address, as a number.
package struct IPv4: Sendable, Hashable, CustomStringConvertible {
  package let bits: UInt32

  package init(_ bits: UInt32) { self.bits = bits }

  package var isLoopback: Bool { bits >> 24 == 127 }

  package var isPrivate: Bool {
    isLoopback || bits >> 24 == 10 || bits >> 20 == 0xac1 || bits >> 16 == 0xc0a8 || bits >> 16 == 0xa9fe
  }

  package var description: String {
    "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
  }
}
