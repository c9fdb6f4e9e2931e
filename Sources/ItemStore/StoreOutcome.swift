/// How a storage command stores.
package enum StoreMode: Sendable {
  case set, add, replace, append, prepend
  /// 0 is nobody's.
  case compareAndSwap(UInt64)

  /// What is stored is added to what is held.
  var extends: Bool {
    switch self {
    case .append, .prepend: true
    default: false
    }
  }

  /// What is stored was computed from what is held: by the store, or by a client who says so with the cas unique.
  package var isDerived: Bool {
    switch self {
    case .append, .prepend, .compareAndSwap: true
    default: false
    }
  }
}

/// What became of a storage command.
package enum StoreOutcome: Sendable, Equatable {
  /// Stored under this stamp.
  case stored(Stamp)
  case notStored
  /// The item's CAS unique is another.
  case exists
  case notFound
  case tooLarge
  case outOfMemory
}

/// What a look for a key found.
@usableFromInline package enum Lookup: Sendable, Equatable {
  case hit, miss, expired, flushed
}

/// What became of incr or decr.
package enum ArithmeticOutcome: Sendable, Equatable {
  case value(UInt64)
  /// There was none, and the number to begin with has been stored.
  case created(UInt64)
  case notFound
  /// The item's cas unique is another.
  case exists
  case nonNumeric
  case outOfMemory
}

/// What became of a record that the peer sent.
package enum ApplyOutcome: Sendable, Equatable {
  case applied
  /// The same, and what it took the place of, of this version, had been freshly written here, by who could not know of it.
  case overtook(Version)
  /// What is held here is as new or newer.
  case ignoredOlder
  /// The same, and what is held was written here, by who could not know of what comes now: nor of what that was derived from.
  case overtaken
  /// The same, but both were derived from one write.
  case overtakenDerived
  /// Equal stamps, different content: decided alike on both sides, and worth counting.
  case conflict(applied: Bool)
  /// At or below the horizon for a key that is not held: its sender must turn it into a tombstone.
  case refused
  /// There is no memory for it here, or it is larger than an item may be.
  case outOfMemory

  /// Whether what came is held now.
  var isStored: Bool {
    switch self {
    case .applied, .overtook, .conflict(applied: true): true
    default: false
    }
  }
}
