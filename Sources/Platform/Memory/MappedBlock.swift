import Glibc

/// Memory that is mapped by itself: freed, it goes back to the kernel, where an allocator would keep it.
@unsafe package enum MappedBlock {
  /// Zeros, at the beginning of a page; nil without memory.
  package static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let address = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    return unsafe address == MAP_FAILED ? nil : address
  }

  package static func free(_ block: UnsafeMutableRawPointer, _ byteCount: Int) { unsafe munmap(block, byteCount) }
}
