import Glibc

/// An IPv6 address, as two numbers, with the link it is meant on when it is link-local.
package struct IPv6: Sendable, Hashable, CustomStringConvertible {
  package let high: UInt64
  package let low: UInt64
  package let scope: UInt32

  package init(high: UInt64, low: UInt64, scope: UInt32 = 0) {
    self.high = high
    self.low = low
    self.scope = scope
  }

  package var isLoopback: Bool { high == 0 && low == 1 }

  package var isLinkLocal: Bool { high >> 54 == 0x3fa }

  package var isPrivate: Bool { isLoopback || isLinkLocal || high >> 57 == 0x7e }

  /// The IPv4 address it stands for (::ffff:1.2.3.4).
  package var mapped: IPv4? {
    high == 0 && low >> 32 == 0xffff ? IPv4(UInt32(truncatingIfNeeded: low)) : nil
  }

  /// RFC 5952: the longest run of at least two zero groups becomes `::`, the first of equals.
  package var description: String {
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> UInt64(48 - 16 * ($0 % 4))) }
    let run = IPv6.longestZeroRun(groups)
    let suffix = scope == 0 ? "" : "%\(scope)"
    guard run.count >= 2 else { return IPv6.text(groups[...]) + suffix }
    return IPv6.text(groups[..<run.lowerBound]) + "::" + IPv6.text(groups[run.upperBound...]) + suffix
  }

  private static func text(_ groups: ArraySlice<UInt16>) -> String {
    groups.map { String($0, radix: 16) }.joined(separator: ":")
  }

  private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int> {
    var best = 0..<0
    var start = 0
    for (index, group) in groups.enumerated() {
      if group != 0 { start = index + 1 }
      if index + 1 - start > best.count { best = start..<index + 1 }
    }
    return best
  }
}
