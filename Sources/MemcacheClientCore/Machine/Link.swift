/// One connection's name: a place, and how often it has been used. Nothing comes of an older use any more.
package struct LinkID: Hashable, Sendable {
  package let index: Int
  package let generation: UInt32

  package init(index: Int, generation: UInt32) {
    self.index = index
    self.generation = generation
  }
}

// One connection to one server, and what it owes.
//
//     idle ──time──▶ connecting ──▶ greeting ──▶ open
//      ▲                │ failed       │ failed    │ closed, hangs, out of step
//      └────────────────┴──────────────┴───────────┘
//
// Greeting: login, `mn` (does it speak meta?), `stats replication` (has it its copy?), all in one packet; requests come after
// the last answer. Answers come in the order of the requests, so `flights` is a queue: the first answer is the first one's.
struct Link: Sendable {
  enum Phase: Equatable {
    /// To be tried at that moment; nil: nobody needs it.
    case idle(retryAt: Duration?)
    case connecting(since: Duration)
    case greeting(since: Duration)
    case open
  }

  let member: Int
  let side: PairChoice.Side
  var generation: UInt32 = 0
  var phase = Phase.idle(retryAt: .zero)
  var dialect = Dialect.text
  var flights = Queue<Flight>()
  var pendingBytes = 0
  /// When bytes last went through, either way.
  var progressAt = Duration.zero
  /// When a side that is filling was last asked.
  var statePolledAt = Duration.zero

  var isOpen: Bool { phase == .open }

  init(member: Int, side: PairChoice.Side) {
    self.member = member
    self.side = side
  }

  mutating func append(_ flight: Flight) {
    flights.append(flight)
    pendingBytes += flight.byteCount
  }

  mutating func removeFirst() -> Flight? {
    let flight = flights.removeFirst()
    pendingBytes -= flight?.byteCount ?? 0
    return flight
  }
}

/// What was sent and not answered yet.
struct Flight {
  enum Purpose: Equatable {
    /// Where the request is gone (cancelled, timed out, answered by the other side) the answer is read and dropped.
    case request(UInt64)
    case login
    case meta
    case state
  }

  let purpose: Purpose
  var reader: ReplyReader
  let sentAt: Duration
  let byteCount: Int
}
