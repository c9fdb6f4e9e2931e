/// A key of the usual requests: where it stands, and what it is asked for. Eight bytes, for there are many.
@usableFromInline package struct RequestKey: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline let start: Int32
  @usableFromInline let length: UInt16
  @usableFromInline package var role: Role

  @usableFromInline package struct Role: OptionSet, Hashable, Sendable, BitwiseCopyable {
    @usableFromInline package let rawValue: UInt16
    @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The last key of its retrieval.
    @inlinable package static var last: Role { Role(rawValue: 1) }
    /// Of `gets`.
    @inlinable package static var withCAS: Role { Role(rawValue: 2) }
    /// Of a storage command.
    @inlinable package static var storage: Role { Role(rawValue: 4) }
    /// Of a meta get.
    @inlinable package static var meta: Role { Role(rawValue: 8) }
    /// Of a meta get whose only flag is `v`.
    @inlinable package static var metaValue: Role { Role(rawValue: 24) }

    /// It is no key of a retrieval, whose answers only END ends.
    @inlinable package var isOther: Bool { rawValue & 12 != 0 }
  }

  /// - Parameter count: no more than a key may have.
  @inlinable package init(start: Int, count: Int, role: Role) {
    self.start = Int32(truncatingIfNeeded: start)
    length = UInt16(truncatingIfNeeded: count)
    self.role = role
  }

  @inlinable package static var none: RequestKey { RequestKey(start: 0, count: 0, role: []) }

  @inlinable package var range: ByteRange { ByteRange(start: Int(start), count: Int(length)) }
}
