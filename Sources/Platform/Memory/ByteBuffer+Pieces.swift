// Several pieces in one append: a key and a value with the few characters around them.
//
// Appended one by one, each looks at the space, and reads and writes the buffer's end in memory, for the compiler cannot
// know that the bytes just stored are not that end. Here the place is in a register from the first piece to the last.
// Short texts come as words and are stored as such: what is beyond their characters is overwritten by the next piece, and
// behind the last there must be room for it.

extension ByteBuffer {
  /// Up to eight characters, the first in the lowest byte.
  @usableFromInline package typealias ShortText = (bytes: UInt64, count: Int)

  /// A run of bytes between short texts.
  @inlinable @inline(__always)
  package mutating func append(_ head: ShortText, _ run: Span<UInt8>, _ tail: ShortText) {
    precondition(UInt(bitPattern: head.count) <= 8 && UInt(bitPattern: tail.count) <= 8, "no short text")
    if head.count &+ run.count &+ tail.count &+ 8 > space {
      return appendOneByOne(head, run, ShortText(0, 0), ShortText(0, 0), run.extracting(0..<0), tail)
    }
    var place = unsafe base + Int(end)
    unsafe ByteBuffer.store(head, at: &place)
    unsafe run.withUnsafeBytes { source in
      if let bytes = source.baseAddress { unsafe place.copyMemory(from: bytes, byteCount: source.count) }
      unsafe place += source.count
    }
    unsafe ByteBuffer.store(tail, at: &place)
    end = unsafe Int32(truncatingIfNeeded: place - base)
  }

  /// Two runs of bytes among short texts, in the order they are given.
  @inlinable @inline(__always)
  package mutating func append(
    _ head: ShortText, _ first: Span<UInt8>, _ middle: ShortText, _ more: ShortText, _ second: Span<UInt8>,
    _ tail: ShortText
  ) {
    precondition(
      UInt(bitPattern: head.count) <= 8 && UInt(bitPattern: middle.count) <= 8 && UInt(bitPattern: more.count) <= 8
        && UInt(bitPattern: tail.count) <= 8, "no short text")
    let texts = head.count &+ middle.count &+ more.count &+ tail.count
    if texts &+ first.count &+ second.count &+ 8 > space {
      return appendOneByOne(head, first, middle, more, second, tail)
    }
    var place = unsafe base + Int(end)
    unsafe ByteBuffer.store(head, at: &place)
    unsafe first.withUnsafeBytes { unsafe ByteBuffer.copyFew($0, to: &place) }
    unsafe ByteBuffer.store(middle, at: &place)
    unsafe ByteBuffer.store(more, at: &place)
    unsafe second.withUnsafeBytes { source in
      if let bytes = source.baseAddress { unsafe place.copyMemory(from: bytes, byteCount: source.count) }
      unsafe place += source.count
    }
    unsafe ByteBuffer.store(tail, at: &place)
    end = unsafe Int32(truncatingIfNeeded: place - base)
  }

  @usableFromInline mutating func appendOneByOne(
    _ head: ShortText, _ first: Span<UInt8>, _ middle: ShortText, _ more: ShortText, _ second: Span<UInt8>,
    _ tail: ShortText
  ) {
    append(head)
    append(first)
    append(middle)
    append(more)
    append(second)
    append(tail)
  }

  private mutating func append(_ text: ShortText) {
    for place in 0..<text.count { append(UInt8(truncatingIfNeeded: text.bytes &>> (UInt64(place) &* 8))) }
  }

  @unsafe @inlinable @inline(__always)
  static func store(_ text: ShortText, at place: inout UnsafeMutableRawPointer) {
    unsafe place.storeBytes(of: text.bytes.littleEndian, as: UInt64.self)
    unsafe place += text.count
  }

  /// For keys, which are short: a call to `memcpy` costs more than the copy of 16 to 64 bytes, first from the front and
  /// then from the end, over some bytes twice.
  @unsafe @inlinable @inline(__always)
  static func copyFew(_ source: UnsafeRawBufferPointer, to place: inout UnsafeMutableRawPointer) {
    guard let bytes = source.baseAddress else { return }
    let count = source.count
    if count >= 16, count <= 64 {
      unsafe copySixteen(bytes, to: place)
      if count > 32 {
        unsafe copySixteen(bytes + 16, to: place + 16)
        unsafe copySixteen(bytes + (count &- 32), to: place + (count &- 32))
      }
      unsafe copySixteen(bytes + (count &- 16), to: place + (count &- 16))
    } else {
      unsafe place.copyMemory(from: bytes, byteCount: count)
    }
    unsafe place += count
  }

  @unsafe @inlinable @inline(__always)
  static func copySixteen(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
    let bytes = unsafe source.loadUnaligned(as: SIMD2<UInt64>.self)
    unsafe target.storeBytes(of: bytes, as: SIMD2<UInt64>.self)
  }
}
