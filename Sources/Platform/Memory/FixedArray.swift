// A number of places that is known from the start, in memory of its own.
//
// Purpose. What a worker notes down anew at every wake-up. The standard library's array would count references and look
// for sharers at each write; its inline array is copied as a whole where the compiler sees no better (measured: 3 KB for
// one element read out of a struct).
//
// Every access looks at the bounds. Locks: none; one owner. It must not know what it holds.

@safe @usableFromInline package struct FixedArray<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline let base: UnsafeMutablePointer<Element>
  @usableFromInline package let count: Int

  package init(repeating element: Element, count: Int) {
    self.count = count
    unsafe base = .allocate(capacity: count)
    unsafe base.initialize(repeating: element, count: count)
  }

  deinit { unsafe base.deallocate() }

  @inlinable package subscript(_ index: Int) -> Element {
    @inline(__always) get {
      precondition(index >= 0 && index < count, "no such place")
      return unsafe base[index]
    }
    @inline(__always) set {
      precondition(index >= 0 && index < count, "no such place")
      unsafe base[index] = newValue
    }
  }

  @inlinable package var span: Span<Element> {
    @_lifetime(borrow self) @inline(__always) get {
      let span = unsafe Span(_unsafeStart: UnsafePointer(base), count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  @inlinable package var mutableSpan: MutableSpan<Element> {
    @_lifetime(&self) @inline(__always) mutating get {
      let span = unsafe MutableSpan(_unsafeStart: base, count: count)
      return unsafe _overrideLifetime(span, mutating: &self)
    }
  }
}
