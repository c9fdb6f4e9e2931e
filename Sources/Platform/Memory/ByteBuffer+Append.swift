extension ByteBuffer {
  @inlinable @inline(__always) package mutating func append(_ byte: UInt8) {
    precondition(space >= 1, "no space")
    unsafe base.storeBytes(of: byte, toByteOffset: Int(end), as: UInt8.self)
    end &+= 1
  }

  @inlinable @inline(__always) package mutating func append(_ bytes: Span<UInt8>) {
    precondition(bytes.count <= space, "no space")
    unsafe bytes.withUnsafeBytes { source in unsafe append(copying: source) }
  }

  // Always inlined: with the literal known, what remains is a copy of constant length.
  @inlinable @inline(__always) package mutating func append(_ text: StaticString) {
    precondition(text.utf8CodeUnitCount <= space, "no space")
    unsafe append(copying: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Digits as text, written in place.
  @inlinable package mutating func append(decimal number: UInt64) {
    if number < 10 { return append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number)) }
    if number < 1000, space >= 4 { return appendThreeDigits(UInt32(truncatingIfNeeded: number)) }
    appendDigits(number)
  }

  /// Two or three digits, without a branch: three side by side in a word, of which a leading zero is shifted out.
  @inlinable @inline(__always) mutating func appendThreeDigits(_ number: UInt32) {
    let allButOne = number / 10
    let hundreds = number / 100
    let zeros: UInt32 = number < 100 ? 1 : 0
    let digits = hundreds | (allButOne &- hundreds &* 10) &<< 8 | (number &- allButOne &* 10) &<< 16
    let text = (0x30_3030 | digits) &>> (zeros &* 8)
    unsafe base.storeBytes(of: text.littleEndian, toByteOffset: Int(end), as: UInt32.self)
    end &+= Int32(truncatingIfNeeded: 3 &- zeros)
  }

  /// Lets `body` write what it likes into the space at the end; what it wrote is readable afterwards.
  @inlinable package mutating func write<Result, Failure: Error>(
    _ body: (inout OutputSpan<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let free = unsafe UnsafeMutableRawBufferPointer(start: base + Int(end), count: space)
    let target = unsafe free.bindMemory(to: UInt8.self)
    var output = unsafe OutputSpan(buffer: target, initializedCount: 0)
    let result = try body(&output)
    let written = unsafe output.finalize(for: target)
    end &+= Int32(truncatingIfNeeded: written)
    return result
  }

  @unsafe @inlinable @inline(__always) mutating func append(copying source: UnsafeRawBufferPointer) {
    guard let first = source.baseAddress else { return }
    unsafe (base + Int(end)).copyMemory(from: first, byteCount: source.count)
    end &+= Int32(truncatingIfNeeded: source.count)
  }

  @usableFromInline mutating func appendDigits(_ number: UInt64) {
    let digits = ByteBuffer.digitCount(number)
    precondition(digits <= space, "no space")
    end &+= Int32(truncatingIfNeeded: digits)
    var rest = number
    var position = Int(end)
    while rest >= 100 {
      let pair = rest % 100
      rest /= 100
      position &-= 2
      unsafe storePair(pair, at: position)
    }
    if rest >= 10 { return unsafe storePair(rest, at: position &- 2) }
    unsafe base.storeBytes(of: UInt8(truncatingIfNeeded: 48 &+ rest), toByteOffset: position &- 1, as: UInt8.self)
  }

  /// Two digits at a time halve the divisions.
  @unsafe private func storePair(_ pair: UInt64, at position: Int) {
    let tens = pair / 10
    let ones = pair &- tens &* 10
    let text = UInt16(truncatingIfNeeded: 48 &+ tens) | UInt16(truncatingIfNeeded: 48 &+ ones) &<< 8
    unsafe base.storeBytes(of: text.littleEndian, toByteOffset: position, as: UInt16.self)
  }

  private static func digitCount(_ number: UInt64) -> Int {
    var digits = 1
    var rest = number
    while rest >= 10_000 {
      rest /= 10_000
      digits &+= 4
    }
    if rest >= 1000 { return digits &+ 3 }
    if rest >= 100 { return digits &+ 2 }
    return rest >= 10 ? digits &+ 1 : digits
  }
}
