extension PairSimulation.Mode {
  /// Those in which most writes are computed from what is held: incr, append, cas, touch, on both sides.
  static let derived = [
    Self(name: "derived", derives: true), Self(name: "derived few keys", steps: 900, keys: 2, derives: true),
    Self(name: "derived evict", evict: true, derives: true),
    Self(name: "derived expire", expire: true, derives: true),
    Self(name: "derived flush", keys: 3, flush: true, derives: true),
    Self(name: "derived crash", crash: true, derives: true),
    Self(name: "derived tight", steps: 900, keys: 3, room: 1, derives: true),
    Self(
      name: "derived tight evict", steps: 900, keys: 3, room: 1, evict: true, derives: true, evictions: 60, sends: 150),
    Self(name: "derived sizes", sizes: [0, 600, 70_000], evict: true, derives: true, sends: 250),
    Self(name: "derived third", steps: 900, keys: 6, evict: true, third: true, derives: true),
    Self(
      name: "derived all", steps: 900, keys: 4, room: 2, evict: true, expire: true, flush: true, crash: true,
      derives: true, giveUps: 15),
    // Counters of which one side has no room for two.
    Self(
      name: "derived smaller", steps: 900, keys: 2, room: 1, isUnequal: true, evict: true, derives: true,
      evictions: 60, cuts: 5),
    Self(name: "adds", steps: 900, keys: 3, derives: true, adds: true, cuts: 3),
    Self(name: "adds tight", steps: 900, keys: 3, room: 1, derives: true, adds: true, cuts: 3),
  ]

  /// Those in which items get marks besides: won, stale, vivified, with an explicit cas.
  static let marked = [
    Self(name: "marks", derives: true, marks: true),
    Self(name: "marks few keys", steps: 900, keys: 2, derives: true, marks: true),
    Self(name: "marks evict", evict: true, derives: true, marks: true),
    Self(name: "marks expire", expire: true, derives: true, marks: true),
    Self(name: "marks flush crash", keys: 3, flush: true, crash: true, derives: true, marks: true),
    Self(name: "marks tight", steps: 900, keys: 3, room: 1, derives: true, marks: true),
    Self(name: "marks glitch", derives: true, marks: true, glitches: 4),
    Self(name: "marks sizes", sizes: [0, 600, 70_000], evict: true, derives: true, marks: true, sends: 250),
    Self(name: "marks short ring", keys: 12, ringRecords: 3, derives: true, marks: true, sends: 200),
  ]
}
