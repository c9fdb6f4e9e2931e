import Glibc
import SystemPackage

// Bytes that nobody shall find later in memory, a core dump or the swap: a key, a password.
//
//    base                 count                capacity
//     |      bytes          |      writable      |
//
// Invariants. The memory has one owner, never grows and never moves, so that no copy is left behind by this type; it is
// overwritten before it is given back, in a way that the compiler does not remove. What callers copy out of `bytes` is
// theirs to wipe. Locks: none. It must not know what the bytes are for.

@safe package struct SecretBytes: ~Copyable, @unchecked Sendable {
  private let base: UnsafeMutableRawPointer
  private let capacity: Int
  package private(set) var count = 0

  package init(capacity: Int) {
    self.capacity = max(capacity, 1)
    unsafe base = .allocate(byteCount: self.capacity, alignment: 16)
  }

  package init(copying bytes: Span<UInt8>) {
    self.init(capacity: bytes.count)
    unsafe bytes.withUnsafeBytes { source in
      if let first = source.baseAddress { unsafe base.copyMemory(from: first, byteCount: source.count) }
    }
    count = bytes.count
  }

  deinit {
    unsafe explicit_bzero(base, capacity)
    unsafe base.deallocate()
  }

  package var bytes: Span<UInt8> {
    @_lifetime(borrow self) get {
      let readable = unsafe UnsafeRawBufferPointer(start: base, count: count)
      let span = unsafe Span<UInt8>(_unsafeBytes: readable)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Reads from a file what fits. Returns whether the file ended within it.
  mutating func fill(from file: Int32) throws(Errno) -> Bool {
    while true {
      let space = capacity - count
      if space == 0 { return false }
      let received = retryingInterrupts { unsafe read(file, base + count, space) }
      if received < 0 { throw .last }
      if received == 0 { return true }
      count += received
    }
  }
}
