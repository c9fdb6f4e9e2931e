import Platform

@testable import repcached_bench

extension ByteBuffer {
  static func holding(_ bytes: [UInt8]) -> ByteBuffer {
    var buffer = ByteBuffer(capacity: max(bytes.count, 1))
    buffer.append(bytes.span)
    return buffer
  }

  var array: [UInt8] {
    var array: [UInt8] = []
    for index in bytes.indices { array.append(bytes[index]) }
    return array
  }
}

extension KeyMaker {
  func bytes(_ index: UInt32) -> [UInt8] { Array(text(index).utf8) }
  func accepts(_ bytes: [UInt8], for index: UInt32) -> Bool { matches(index, bytes.span) }
}

extension Workload {
  func complaint(_ index: UInt32, flags: UInt32 = 0, _ value: [UInt8]) -> String {
    complaint(index, flags, value.span)
  }
}

extension ValueMaker {
  func accepts(_ bytes: [UInt8], for index: UInt32) -> Bool { matches(index, bytes.span) }

  func bytes(_ index: UInt32) -> [UInt8] {
    var buffer = ByteBuffer(capacity: size(index) + 1)
    append(index, to: &buffer)
    return buffer.array
  }
}
