import ItemStore
import Platform

/// What a side holds under a key, without its value: the answer to a question of the peer's, for those who look at both sides.
package struct KeyAnswer: Equatable, Sendable {
  package enum State: UInt8, Sendable {
    case absent = 0
    case live = 1
    /// Expired or flushed, and not cleared away yet.
    case dead = 2
    /// It was deleted, which the peer may not know yet.
    case tombstone = 3
  }

  /// Of the question.
  package var number: UInt32
  package var state = State.absent
  /// Of the last `set`; of the last change of the value; of the last change of any kind.
  package var fresh: UInt64 = 0
  package var changed: UInt64 = 0
  package var touched: UInt64 = 0
  package var clientFlags: UInt32 = 0
  /// Milliseconds of its time to live: 0 for ever, negative: over.
  package var remaining: Int64 = 0
  package var valueCount: UInt32 = 0

  package init(number: UInt32) { self.number = number }

  static let byteCount = 4 + 1 + 3 * 8 + 4 + 8 + 4

  /// A state that is not known reads as absent.
  init(_ number: UInt32, _ fields: inout ByteReader) {
    self.number = number
    state = State(rawValue: fields.byte()) ?? .absent
    (fresh, changed, touched) = (fields.number64(), fields.number64(), fields.number64())
    clientFlags = fields.number32()
    remaining = Int64(bitPattern: fields.number64())
    valueCount = fields.number32()
  }

  @_lifetime(output: copy output)
  func encode(into output: inout OutputSpan<UInt8>) {
    output.append(bigEndian: number)
    output.append(state.rawValue)
    for stamp in [fresh, changed, touched] { output.append(bigEndian: stamp) }
    output.append(bigEndian: clientFlags)
    output.append(bigEndian: UInt64(bitPattern: remaining))
    output.append(bigEndian: valueCount)
  }
}

extension KeyAnswer {
  /// What this store holds, looked up under the stripe's lock; no use of it is counted.
  package init(_ number: UInt32, _ key: Span<UInt8>, in store: ItemStore, at moment: Moment) {
    var answer = KeyAnswer(number: number)
    let hash = store.hash(key)
    let isLive = store.peek(key, hash: hash, now: moment.seconds) { answer.note($0, .live, moment) }
    if !isLive {
      store.viewAny(key, hash: hash) { answer.note($0, $0.isTombstone ? .tombstone : .dead, moment) }
    }
    self = answer
  }

  private mutating func note(_ view: borrowing ItemView, _ state: State, _ moment: Moment) {
    self.state = state
    let version = view.version
    (fresh, changed, touched) = (version.fresh.rawValue, version.changed.rawValue, version.touched.rawValue)
    if state == .tombstone { return }
    clientFlags = view.clientFlags
    remaining = ProcessClock.remaining(expiresAt: view.expiresAt, at: moment)
    valueCount = UInt32(clamping: view.valueCount)
  }
}
