/// The meta commands, by the second letter of their word.
package enum MetaVerb: UInt8, Sendable, BitwiseCopyable {
  /// `mg`, `ms`, `md`, `ma`.
  case get, set, delete, arithmetic
  /// `mn`, `me`.
  case noop, debug

  /// A word of two letters, as `Span.packed` reads it.
  init?(_ packed: UInt64) {
    switch packed {
    case UInt64(ascii: "m", "g"): self = .get
    case UInt64(ascii: "m", "s"): self = .set
    case UInt64(ascii: "m", "d"): self = .delete
    case UInt64(ascii: "m", "a"): self = .arithmetic
    case UInt64(ascii: "m", "n"): self = .noop
    case UInt64(ascii: "m", "e"): self = .debug
    default: return nil
    }
  }
}

/// One meta command, as a plain value: positions in the input, and the numbers that its flags brought.
///
/// What comes back of the flags stands in the order in which they were sent, so the words stay where they are, and who
/// answers reads them once more: `words`.
package struct MetaRequest: Hashable, Sendable, BitwiseCopyable {
  package let verb: MetaVerb
  /// As it was sent: in base64 where `b` is among the flags.
  package let key: ByteRange
  /// The flags, for a `TokenReader`.
  package let words: ByteRange
  package internal(set) var flags: MetaFlags = []
  /// Of `ms`: the data block follows the line.
  package internal(set) var valueCount = 0
  /// The letter of `M`, 0 where it has none.
  package internal(set) var mode: UInt8 = 0
  /// `T`.
  package internal(set) var exptime: Int64 = 0
  /// `N`.
  package internal(set) var vivifyExptime: Int64 = 0
  /// `R`.
  package internal(set) var recacheExptime: Int64 = 0
  /// `T` stands before `R`, which so looks at the new time to live.
  package internal(set) var touchesBeforeRecache = false
  /// `T` stands before `N`, or is not there: what is vivified lives as long as `N` says.
  package internal(set) var vivifiesLast = true
  /// `F`.
  package internal(set) var clientFlags: UInt32 = 0
  /// `C`: the item's must be this one.
  package internal(set) var comparedCAS: UInt64 = 0
  /// `E`: the item's is to become this one.
  package internal(set) var newCAS: UInt64 = 0
  /// `D` and `J`.
  package internal(set) var delta: UInt64 = 1
  package internal(set) var initial: UInt64 = 0

  init(_ verb: MetaVerb, key: ByteRange, words: ByteRange) {
    self.verb = verb
    self.key = key
    self.words = words
  }
}

/// The letters of a command's flags.
package struct MetaFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// A letter, or one of the few signs between them.
  init(_ letter: UInt8) { rawValue = 1 &<< UInt64(letter &- UInt8(ascii: "A")) }

  /// The key is in base64.
  package static let base64 = MetaFlags(UInt8(ascii: "b"))
  package static let value = MetaFlags(UInt8(ascii: "v"))
  package static let quiet = MetaFlags(UInt8(ascii: "q"))
  /// What is asked for is not in use by that.
  package static let unused = MetaFlags(UInt8(ascii: "u"))
  package static let wasFetched = MetaFlags(UInt8(ascii: "h"))
  package static let lastAccess = MetaFlags(UInt8(ascii: "l"))
  package static let removesValue = MetaFlags(UInt8(ascii: "x"))
  package static let timeToLive = MetaFlags(UInt8(ascii: "T"))
  package static let vivifies = MetaFlags(UInt8(ascii: "N"))
  package static let recaches = MetaFlags(UInt8(ascii: "R"))
  package static let comparesCAS = MetaFlags(UInt8(ascii: "C"))
  package static let setsCAS = MetaFlags(UInt8(ascii: "E"))
  package static let invalidates = MetaFlags(UInt8(ascii: "I"))
}

/// What a look at the words of a meta command found.
package enum MetaParse: Hashable, Sendable, BitwiseCopyable {
  case request(MetaRequest)
  /// It cannot be executed, and says so even if it is quiet: `swallow` bytes behind the line go with it.
  case refused(TextError, swallow: Int)
}
