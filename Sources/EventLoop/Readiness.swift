/// What a socket is ready for, and what is wanted of it. An error or a hang-up makes it ready for whatever is wanted.
@usableFromInline package struct Readiness: OptionSet, Sendable, Hashable {
  @usableFromInline package let rawValue: UInt8

  @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }

  @inlinable package static var readable: Readiness { Readiness(rawValue: 1) }
  @inlinable package static var writable: Readiness { Readiness(rawValue: 2) }
}
