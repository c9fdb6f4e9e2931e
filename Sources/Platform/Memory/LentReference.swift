// An object that is called without counting a reference to it.
//
// A class held in a property is retained for the time of every call, because the property may change meanwhile: two atomic
// instructions that every thread does to the same word. This holds the object once, as long as it lives itself, and lends
// it to a closure for nothing. Copies of it are counted as any reference is: keep it where it is, and call `with`.

@safe @usableFromInline package struct LentReference<Object: AnyObject> {
  private let owner: Object
  @usableFromInline let object: Unmanaged<Object>

  package init(_ object: Object) {
    owner = object
    unsafe self.object = .passUnretained(object)
  }

  @inlinable @inline(__always)
  package func with<Result>(_ body: (Object) -> Result) -> Result {
    unsafe object._withUnsafeGuaranteedRef(body)
  }
}

extension LentReference: Sendable where Object: Sendable {}
