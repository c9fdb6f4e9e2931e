extension ByteBuffer {
  /// Moves what is readable to the front, so that all that is not readable or deferred is `space`.
  package mutating func compact() {
    guard start > deferred else { return }
    unsafe (base + Int(deferred)).copyMemory(from: base + Int(start), byteCount: count)
    end &-= start &- deferred
    start = deferred
  }

  /// Makes `space` at least `byteCount`: by compacting if that suffices, else by growing to exactly what is needed, or
  /// twice the size if that is more.
  package mutating func reserve(_ byteCount: Int) {
    if byteCount <= space { return }
    let used = deferredCount + count
    if byteCount <= capacity - used { return compact() }
    resize(toCapacity: max(used + byteCount, min(capacity * 2, 1 << 30)))
  }

  /// Changes the capacity to at least what is readable and deferred; 0 gives the memory back.
  package mutating func resize(toCapacity newCapacity: Int) {
    compact()
    precondition(newCapacity >= Int(end) && newCapacity <= Int(Int32.max), "the readable bytes must fit")
    let target = unsafe ByteBuffer.allocate(newCapacity)
    if end > 0 { unsafe target.copyMemory(from: base, byteCount: Int(end)) }
    release()
    unsafe base = unsafe target
    limit = Int32(newCapacity)
  }
}
