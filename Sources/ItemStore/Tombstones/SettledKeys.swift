import Platform

/// The keys that were forgotten because they had settled, by the partners with which they had.
///
/// ```
///            first     second    both        rest
///   keys     [filter]  [filter]  [filter]    [filter]          never cleared, but to move to another
///            what has settled with the one   what was purged, and what has settled with others: with
///            partner, the other, the two     partners before these two, or a repcached 2.x, which has no name
/// ```
///
/// A partner has nothing older than what settled with it, and as long as its name stays the same nobody can have
/// brought it such: a link with another gives it another name. So at a link what has settled with this very partner is
/// no reason to refuse anything. What has settled with the other alone is one, and the rest. Without that, a daemon
/// that two have met in turn would lose what each wrote meanwhile to keys that had been deleted once.
///
/// When the horizon that was raised for it falls, what had settled with the other has settled with this one, too.
///
/// Each filter has a 32nd of the horizon's memory. That is little, and there is no better share: in a cache that evicts
/// all the time one fills up whatever it has. Full, it stands for every key.
///
/// **Locks.** The horizon's, which is handed in where a filter is moved: some hundred words of it at a time.
final class SettledKeys {
  private final class Keys {
    let filter: BloomFilter
    private let capacity: Int
    var isUsed: Bool

    init(bitCount: Int) throws(StoreError) {
      filter = try BloomFilter(bitCount: bitCount)
      capacity = bitCount / SettledKeys.bitsPerKey
      isUsed = bitCount == 0
    }

    var isFull: Bool { filter.count >= capacity }
    func contains(_ hash: UInt64) -> Bool { isUsed && (isFull || filter.contains(hash)) }

    func insert(_ hash: UInt64) {
      isUsed = true
      if !isFull { filter.insert(hash) }
    }
  }

  struct Meeting {
    enum Left {
      /// The same node, under another name.
      case nobody
      /// Who may come back under its name.
      case aPartner
      /// Of no name.
      case somebody
    }

    /// The partner is another than the last, or has another name.
    var isOther: Bool
    var leaves = Left.nobody
    /// The horizon has risen.
    var raised = false
  }

  private let ofPartner: [Keys]
  private let both: Keys
  private let rest: Keys
  private var partners: [PeerName?] = [nil, nil]
  /// The place of the one that was last here.
  private var last = 1
  /// Of the partner that is there, or was last; the rest: of somebody without a name.
  private var present: Keys
  /// Of the other; the rest: of nobody.
  private var absent: Keys
  /// Stamps up to this are covered; zero: none.
  var top: UInt64 = 0
  /// The number of the last refusal on this link that it was a reason for.
  var refusal: UInt64 = 0

  /// How many there are when a filter is full.
  private static let bitsPerKey = 3
  private static let wordsPerStep = 512

  /// - Parameter bitCount: of each filter; 0: every key is taken for a forgotten one.
  init(bitCount: Int) throws(StoreError) {
    ofPartner = [try Keys(bitCount: bitCount), try Keys(bitCount: bitCount)]
    (both, rest) = (try Keys(bitCount: bitCount), try Keys(bitCount: bitCount))
    (present, absent) = (rest, rest)
  }

  // MARK: Under the lock

  /// Nothing can be added for the partner that is there.
  var isFull: Bool { present.isFull }

  /// It has settled with the partner that is there.
  func insert(_ hash: UInt64) { present.insert(hash) }

  /// It was purged: it will have settled, and nobody knows with whom.
  func insertPurged(_ hash: UInt64) { rest.insert(hash) }

  func covers(_ hash: UInt64, _ stamp: UInt64) -> Bool {
    stamp <= top && (rest.contains(hash) || absent.contains(hash) || isUnnamed && coversAny(hash))
  }

  /// With somebody without a name nothing is known to have settled.
  private var isUnnamed: Bool { present === rest }
  private func coversAny(_ hash: UInt64) -> Bool {
    both.contains(hash) || ofPartner[0].contains(hash) || ofPartner[1].contains(hash)
  }

  /// Whether there is any key that counts at a link with the partner that is there.
  var counts: Bool { rest.isUsed || absent.isUsed }

  // MARK: The link's thread

  /// Somebody without a name is there.
  func leave(_ lock: borrowing SpinLock) { lock.withLock { (present, absent) = (rest, rest) } }

  /// A partner is there.
  func meet(_ partner: PeerName, _ lock: borrowing SpinLock) -> Meeting {
    let wasNamed = !isUnnamed
    if wasNamed, partners[last] == partner { return Meeting(isOther: false) }
    let place = place(of: partner, lock)
    let meeting = Meeting(isOther: true, leaves: place == last ? .nobody : wasNamed ? .aPartner : .somebody)
    lock.withLock {
      partners[place] = partner
      (present, absent) = (ofPartner[place], ofPartner[1 - place])
      last = place
    }
    return meeting
  }

  /// A name that its node has given up, by another start or another link, never comes back: the new one takes its
  /// place.
  private func place(of partner: PeerName, _ lock: borrowing SpinLock) -> Int {
    if let place = partners.firstIndex(of: partner) { return place }
    let place = partners.firstIndex { $0?.identity.node == partner.identity.node } ?? 1 - last
    // What has settled with it has so with nobody who is known now.
    move(ofPartner[place], to: rest, lock)
    move(both, to: ofPartner[1 - place], lock)
    return place
  }

  /// What the horizon was raised for has settled with the partner that is there.
  func fall(_ lock: borrowing SpinLock) {
    if !isUnnamed { move(absent, to: both, lock) }
  }

  /// Nobody adds to the one that is moved.
  private func move(_ source: Keys, to target: Keys, _ lock: borrowing SpinLock) {
    if !source.isUsed || source.filter.bitCount == 0 { return }
    lock.withLock { target.isUsed = true }
    for start in stride(from: 0, to: source.filter.wordCount, by: Self.wordsPerStep) {
      lock.withLock { target.filter.formUnion(source.filter, words: start..<start + Self.wordsPerStep) }
    }
    lock.withLock {
      target.filter.count += source.filter.count
      source.isUsed = false
    }
    source.filter.clear()
  }
}
