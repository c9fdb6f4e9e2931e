import Platform

extension ByteBuffer {
  /// What is readable, as an array to compare.
  var contents: [UInt8] {
    var result: [UInt8] = []
    for index in bytes.indices { result.append(bytes[index]) }
    return result
  }
}
