/// What wire formats append to a piece of memory that is being filled: numbers in network order, and whole runs of bytes.
/// The standard library's span appends one element at a time only.
extension OutputSpan where Element == UInt8 {
  @_lifetime(self: copy self)
  @inlinable @inline(__always) package mutating func append(bigEndian number: UInt64) {
    unsafe append(copying: number.bigEndian)
  }

  @_lifetime(self: copy self)
  @inlinable @inline(__always) package mutating func append(bigEndian number: UInt32) {
    unsafe append(copying: number.bigEndian)
  }

  @_lifetime(self: copy self)
  @inlinable @inline(__always) package mutating func append(bigEndian number: UInt16) {
    unsafe append(copying: number.bigEndian)
  }

  @_lifetime(self: copy self)
  @inlinable package mutating func append(copying bytes: Span<UInt8>) {
    precondition(bytes.count <= freeCapacity, "no space")
    unsafe bytes.withUnsafeBytes { source in
      guard let first = source.baseAddress else { return }
      let count = source.count
      unsafe withUnsafeMutableBufferPointer { target, initialized in
        guard let start = target.baseAddress else { return }
        unsafe UnsafeMutableRawPointer(start + initialized).copyMemory(from: first, byteCount: count)
        initialized &+= count
      }
    }
  }

  @_lifetime(self: copy self)
  @unsafe @inlinable @inline(__always)
  mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(copying number: Number) {
    precondition(MemoryLayout<Number>.size <= freeCapacity, "no space")
    unsafe withUnsafeMutableBufferPointer { target, initialized in
      guard let start = target.baseAddress else { return }
      unsafe UnsafeMutableRawPointer(start + initialized).storeBytes(of: number, as: Number.self)
      initialized &+= MemoryLayout<Number>.size
    }
  }
}
