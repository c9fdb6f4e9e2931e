import Platform

extension Workload {
  /// What is wrong with a value, in words.
  func complaint(_ key: UInt32, _ flags: UInt32, _ value: Span<UInt8>) -> String {
    let name = "the value of \(keys.text(key))"
    if flags != 0 { return "\(name) came with flags \(flags) instead of 0" }
    let size = values.size(key)
    if value.count != size { return "\(name) has \(value.count) bytes instead of \(size)" }
    var expected = ByteBuffer(capacity: size)
    values.append(key, to: &expected)
    guard let place = value.firstDifference(from: expected.bytes) else { return "\(name) is right" }
    return "\(name) has the byte \(value[place]) instead of \(expected.bytes[place]) at \(place)"
  }
}
