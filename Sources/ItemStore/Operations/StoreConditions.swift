/// What a storage command of the meta or the binary protocol says beyond its mode.
package struct StoreConditions: Sendable, Equatable {
  /// append and prepend: what is held must have this cas unique; nil or 0: any. (Other modes say it by
  /// `StoreMode.compareAndSwap`; `add` compares nothing.)
  package var unique: UInt64?
  /// `compareAndSwap`: where the given cas is lower than that of what is held, the value is stored, too, and is stale.
  package var takesStale = false
  /// The cas unique that the item gets, in place of a new one.
  package var explicitCAS: UInt64?
  /// append and prepend: where nothing is held, what came is stored as it is.
  package var vivifies = false

  package init(
    unique: UInt64? = nil, takesStale: Bool = false, explicitCAS: UInt64? = nil, vivifies: Bool = false
  ) {
    self.unique = unique
    self.takesStale = takesStale
    self.explicitCAS = explicitCAS
    self.vivifies = vivifies
  }

  package static let none = StoreConditions()

  /// As much as the item may get.
  var marks: ItemMarks { ItemMarks(isStale: takesStale, explicitCAS: explicitCAS) }
}

/// What a delete of the meta or the binary protocol says beyond its key.
package struct DeleteConditions: Sendable, Equatable {
  /// What is held must have this cas unique; nil: any.
  package var unique: UInt64?
  /// `I`: the item stays, is stale, and nobody has been told to fetch it anew.
  package var marksStale = false
  /// `x`: the item stays without its value, client flags and time to live.
  package var dropsValue = false
  /// What stays gets this expiry, in process seconds, 0 never. nil: with `dropsValue` none, else what it had.
  package var expiresAt: UInt32?
  /// Of what stays with `dropsValue`.
  package var clientFlags: UInt32 = 0
  /// The cas unique of what stays, in place of a new one.
  package var explicitCAS: UInt64?

  package init(
    unique: UInt64? = nil, marksStale: Bool = false, dropsValue: Bool = false, expiresAt: UInt32? = nil,
    clientFlags: UInt32 = 0, explicitCAS: UInt64? = nil
  ) {
    self.unique = unique
    self.marksStale = marksStale
    self.dropsValue = dropsValue
    self.expiresAt = expiresAt
    self.clientFlags = clientFlags
    self.explicitCAS = explicitCAS
  }

  /// The item stays.
  package var keepsItem: Bool { marksStale || dropsValue }
}

/// What an increment of the meta or the binary protocol says beyond key and delta.
package struct IncrementConditions: Sendable, Equatable {
  /// A number that is held must have this cas unique; nil or 0: any.
  package var unique: UInt64?
  /// What is stored where nothing is held; nil: nothing.
  package var initial: UInt64?
  /// Process seconds, 0 never: of what is stored then.
  package var initialExpiresAt: UInt32 = 0
  /// What is held gets this expiry, in process seconds, 0 never; nil: what it had.
  package var expiresAt: UInt32?
  /// The cas unique that the item gets, in place of a new one.
  package var explicitCAS: UInt64?

  package init(
    unique: UInt64? = nil, initial: UInt64? = nil, initialExpiresAt: UInt32 = 0, expiresAt: UInt32? = nil,
    explicitCAS: UInt64? = nil
  ) {
    self.unique = unique
    self.initial = initial
    self.initialExpiresAt = initialExpiresAt
    self.expiresAt = expiresAt
    self.explicitCAS = explicitCAS
  }

  package static let none = IncrementConditions()
}

/// What became of a storage command with conditions.
package struct StoreResult: Sendable, Equatable {
  package let outcome: StoreOutcome
  /// Of what has been stored; 0 where nothing was.
  package var cas: UInt64 = 0
  /// Bytes of the value that is held now, which append and prepend have made longer; 0 where nothing was stored.
  package var valueCount = 0

  package var isStored: Bool {
    if case .stored = outcome { return true }
    return false
  }
}
