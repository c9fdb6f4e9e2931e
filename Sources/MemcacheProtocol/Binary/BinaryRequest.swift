/// One command of the binary protocol, as a plain value: positions in the input, no reference.
///
/// A value is not part of it: `valueCount` bytes of it follow at `next`, and the caller takes them straight into the item. For
/// what has no value they are to be dropped.
package struct BinaryRequest: Hashable, Sendable, BitwiseCopyable {
  package let header: BinaryHeader
  package let command: Command
  package let key: ByteRange
  /// Where what stands behind header, extras and key begins.
  package let next: Int
  package let isQuiet: Bool

  package var valueCount: Int { header.bodyCount &- header.leadCount }

  package enum Command: Hashable, Sendable, BitwiseCopyable {
    case retrieve(BinaryRetrieval)
    /// set, add, replace.
    case store(StorageVerb, flags: UInt32, exptime: UInt32)
    /// append, prepend.
    case extend(isAppend: Bool)
    case delete
    case arithmetic(BinaryArithmetic)
    case flush(delay: UInt32)
    case noop, version, quit
    /// The key is the group.
    case stat
    case verbosity(UInt32)
    /// Which mechanisms a client may log in by.
    case listMechanisms
    /// A login: the key is the mechanism, the value what it says.
    case authenticate(isStep: Bool)
    case unknown
    /// Cannot be executed, and nobody can be sure where the next request begins: answered when so many bytes more have come,
    /// and the connection closes.
    case refused(BinaryStatus, behind: Int)
  }
}

/// get, gat, touch and their kin.
package struct BinaryRetrieval: Hashable, Sendable, BitwiseCopyable {
  /// Nil: the expiry stays.
  package let exptime: UInt32?
  /// The answer has the key, also that there is none.
  package let withKey: Bool
  package let withValue: Bool

  @inline(__always)
  package init(_ exptime: UInt32? = nil, withKey: Bool, withValue: Bool = true) {
    self.exptime = exptime
    self.withKey = withKey
    self.withValue = withValue
  }
}

/// incr and decr.
package struct BinaryArithmetic: Hashable, Sendable, BitwiseCopyable {
  package let isIncrement: Bool
  package let delta: UInt64
  /// What a number begins with that is not there.
  package let initial: UInt64
  package let exptime: UInt32

  package init(isIncrement: Bool, delta: UInt64, initial: UInt64, exptime: UInt32) {
    self.isIncrement = isIncrement
    self.delta = delta
    self.initial = initial
    self.exptime = exptime
  }

  /// A number that is not there is not made.
  package var isForHeldOnly: Bool { exptime == .max }
}
