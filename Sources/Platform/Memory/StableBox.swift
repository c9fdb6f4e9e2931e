// A heap cell whose value may be changed in place by whoever holds the box.
//
// A stored property of a class pays swift_beginAccess at every change and is read through the class; this pays one load
// and nothing else. The price: nobody checks exclusivity. `with` must not be entered again for the same box while it
// runs, which holds by construction where one thread owns the box and calls from it do not come back.
// It is not Sendable: hand it to its thread once (`sending`), then leave it there.

@safe @usableFromInline package final class StableBox<Value: ~Copyable> {
  @usableFromInline let pointer: UnsafeMutablePointer<Value>

  @inlinable package init(_ value: consuming Value) {
    unsafe pointer = .allocate(capacity: 1)
    unsafe pointer.initialize(to: value)
  }

  @inlinable deinit {
    unsafe pointer.deinitialize(count: 1)
    unsafe pointer.deallocate()
  }

  @inlinable package func with<Result: ~Copyable, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe body(&pointer.pointee)
  }
}
