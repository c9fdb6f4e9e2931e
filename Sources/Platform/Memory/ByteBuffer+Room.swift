extension ByteBuffer {
  /// Moves what is readable to the front, so that all that is not readable is `space`.
  package mutating func compact() {
    guard start > 0 else { return }
    unsafe base.copyMemory(from: base + Int(start), byteCount: count)
    end &-= start
    start = 0
  }

  /// Makes `space` at least `byteCount`: by compacting if that suffices, else by growing to exactly what is needed, or
  /// twice the size if that is more.
  package mutating func reserve(_ byteCount: Int) {
    if byteCount <= space { return }
    if byteCount <= capacity - count { return compact() }
    resize(toCapacity: max(count + byteCount, min(capacity * 2, 1 << 30)))
  }

  /// Changes the capacity to at least what is readable; 0 gives the memory back.
  package mutating func resize(toCapacity newCapacity: Int) {
    precondition(newCapacity >= count && newCapacity <= Int(Int32.max), "the readable bytes must fit")
    let readable = count
    let target = unsafe ByteBuffer.allocate(newCapacity)
    if readable > 0 { unsafe target.copyMemory(from: base + Int(start), byteCount: readable) }
    release()
    unsafe base = unsafe target
    limit = Int32(newCapacity)
    start = 0
    end = Int32(readable)
  }
}
