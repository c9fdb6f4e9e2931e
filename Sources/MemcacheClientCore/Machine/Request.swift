/// A command under way.
struct Request {
  let command: Command
  /// Whom it is for, where no key says it.
  let target: Target
  let deadline: Duration
  /// The get of many that it is a part of.
  let parent: UInt64?
  /// How often it was begun.
  var tries = 0
  /// Connections that owe its answer.
  var attempts: [LinkID] = []
  var isParked = false
  /// Both sides have been asked, or the second is not to be.
  var isHedged = false
  /// The less certain answer, while the more certain is waited for.
  var fallback: Outcome?

  var wasSent: Bool { tries > 0 }

  enum Target: Hashable {
    case key
    case server(Int)
    case side(Int, PairChoice.Side)
  }
}

/// A get of many keys: one request for each server that has some.
struct Gathering {
  var parts: Set<UInt64> = []
  var items: [Item] = []
  var failure: RequestFailure?
}
