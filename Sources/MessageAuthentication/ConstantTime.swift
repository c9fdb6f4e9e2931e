import COpenSSL

/// Comparing without telling by the time it takes how far the two agree.
package enum ConstantTime {
  /// Lengths are no secret: different ones are seen at once.
  package static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    if left.isEmpty { return true }
    return unsafe left.withUnsafeBytes { left in
      unsafe right.withUnsafeBytes { unsafe CRYPTO_memcmp(left.baseAddress, $0.baseAddress, left.count) == 0 }
    }
  }
}
