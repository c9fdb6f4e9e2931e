import MemcacheProtocol
import Synchronization

/// Who looks on while requests are executed: all of it in one word, which a worker looks at once for a pass.
///
/// ```
///   bit   17         16         10 … 0
///       | -vv      | prefixes | kinds of `watch` that somebody watches |
/// ```
///
/// So nobody who looks costs a request anything: where one look was for prefixes and one for `-vv`, there is one for all.
struct Observed: OptionSet, Sendable, BitwiseCopyable {
  let rawValue: UInt32

  init(rawValue: UInt32) { self.rawValue = rawValue }
  init(_ kinds: WatchKinds) { rawValue = kinds.rawValue }

  /// Keys are counted by prefix.
  static var prefixes: Observed { Observed(rawValue: 1 << 16) }
  /// Commands are logged, `-vv`.
  static var logged: Observed { Observed(rawValue: 1 << 17) }

  /// Of these, those for whom requests are executed one at a time.
  static var requests: Observed { [.logged, Observed([.rawCommands, .fetchers, .mutations, .deletions])] }
  /// Those who want to know what came of a request.
  static var results: Observed { [.prefixes, Observed([.fetchers, .mutations, .deletions])] }

  static var kinds: Observed { Observed(rawValue: 0xffff) }

  func watches(_ kinds: WatchKinds) -> Bool { rawValue & kinds.rawValue != 0 }
}

/// The word, which any thread may change.
final class Observation: Sendable {
  private let word = Atomic<UInt32>(0)

  var current: Observed { Observed(rawValue: word.load(ordering: .relaxed)) }

  func set(_ observed: Observed, on isOn: Bool) {
    if isOn {
      _ = word.bitwiseOr(observed.rawValue, ordering: .relaxed)
    } else {
      _ = word.bitwiseAnd(~observed.rawValue, ordering: .relaxed)
    }
  }

  /// By one thread at a time.
  func setKinds(_ kinds: WatchKinds) {
    set(Observed(kinds), on: true)
    set(Observed.kinds.subtracting(Observed(kinds)), on: false)
  }
}
