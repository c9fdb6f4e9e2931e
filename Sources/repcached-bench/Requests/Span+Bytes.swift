extension Span where Element == UInt8 {
  /// Differences are gathered and looked at once for many bytes, so that the compiler compares whole vectors.
  @inline(__always) func isEqual(to other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    var start = 0
    while start < count {
      let end = Swift.min(start &+ 4096, count)
      if difference(from: other, start, end) != 0 { return false }
      start = end
    }
    return true
  }

  @inline(__always) private func difference(from other: Span<UInt8>, _ start: Int, _ end: Int) -> UInt8 {
    let left = extracting(start..<end)
    let right = other.extracting(start..<end)
    var difference: UInt8 = 0
    for index in 0..<Swift.min(left.count, right.count) { difference |= left[index] ^ right[index] }
    return difference
  }

  /// The first place where two spans of the same length differ.
  func firstDifference(from other: Span<UInt8>) -> Int? {
    indices.first { self[$0] != other[$0] }
  }

  var text: String {
    var bytes: [UInt8] = []
    for index in indices { bytes.append(self[index]) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
