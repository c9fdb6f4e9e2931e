/// What a meta get asks for beside the item: each of it may change the item.
@usableFromInline package struct MetaGetOptions: Sendable, Equatable {
  /// `N`: where nothing is held an empty item with this expiry is stored, and the client has won. Process seconds, 0
  /// never.
  package var vivifiesUntil: UInt32?
  /// `E`: the cas unique of what is vivified.
  package var explicitCAS: UInt64?
  /// `T`: what is held gets this expiry. What is vivified does not.
  package var expiresAt: UInt32?
  /// `R`: who finds an item that expires before this, and that no one has won, has won. Process seconds.
  package var recachesBefore: UInt32?
  /// `T` stands before `R`, which looks at the new expiry then.
  package var touchesFirst = false
  /// `u`: this is no use of the item.
  package var leavesUse = false

  @usableFromInline package init(
    vivifiesUntil: UInt32? = nil, explicitCAS: UInt64? = nil, expiresAt: UInt32? = nil, recachesBefore: UInt32? = nil,
    touchesFirst: Bool = false, leavesUse: Bool = false
  ) {
    self.vivifiesUntil = vivifiesUntil
    self.explicitCAS = explicitCAS
    self.expiresAt = expiresAt
    self.recachesBefore = recachesBefore
    self.touchesFirst = touchesFirst
    self.leavesUse = leavesUse
  }
}

/// The item as a meta get has found it, before it changed anything.
@usableFromInline package struct MetaFound: Sendable {
  /// `t`: process seconds, 0 never; 0 of what was vivified.
  package let expiredAt: UInt32
  let state: ItemState
  private let marks: UInt8
  /// It was vivified.
  package let isCreated: Bool
  /// `W`: the client is to fetch the value anew.
  package let hasWon: Bool

  @usableFromInline init(_ found: FoundForMeta, expiredAt: UInt32) {
    self.init(expiredAt: expiredAt, state: found.state, marks: found.marks)
  }

  init(expiredAt: UInt32, state: ItemState, marks: UInt8, isCreated: Bool = false, hasWon: Bool = false) {
    self.expiredAt = expiredAt
    self.state = state
    self.marks = marks
    self.isCreated = isCreated
    self.hasWon = hasWon
  }

  /// `h`
  package var wasFetched: Bool { state.isFetched }
  /// `X`
  package var isStale: Bool { marks & ItemMarks.staleBit != 0 }
  /// `Z`: another client has won before.
  package var wasWinSent: Bool { marks & ItemMarks.winSentBit != 0 }
}
