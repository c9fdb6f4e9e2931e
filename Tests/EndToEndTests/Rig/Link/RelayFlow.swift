/// One direction of one connection through a relay: what was read and not yet written, in order, each piece with the moment
/// before which it must not go on.
struct RelayFlow {
  private struct Piece {
    var bytes: ArraySlice<UInt8>
    let due: ContinuousClock.Instant
  }

  let from: Int32
  let to: Int32
  var isClosed = false
  var isBroken = false
  private var pieces: [Piece] = []
  private var first = 0
  private(set) var byteCount = 0
  /// Bytes that a slow wire may still carry, and until when that is reckoned.
  private var allowance = 0.0
  private var reckoned: ContinuousClock.Instant?

  init(from: Int32, to: Int32) { (self.from, self.to) = (from, to) }

  var isEmpty: Bool { byteCount == 0 }
  var isDone: Bool { isClosed && isEmpty }

  /// The bytes that come next, and when they may go.
  var front: (bytes: ArraySlice<UInt8>, due: ContinuousClock.Instant)? {
    isEmpty ? nil : (pieces[first].bytes, pieces[first].due)
  }

  /// Never due before what came before it.
  mutating func append(_ bytes: ArraySlice<UInt8>, due: ContinuousClock.Instant) {
    let last = isEmpty ? due : pieces[pieces.count - 1].due
    pieces.append(Piece(bytes: ArraySlice(Array(bytes)), due: max(due, last)))
    byteCount += bytes.count
  }

  mutating func consume(_ count: Int) {
    byteCount -= count
    pieces[first].bytes = pieces[first].bytes.dropFirst(count)
    if pieces[first].bytes.isEmpty { first += 1 }
    if first == pieces.count || first > 1_000 {
      pieces.removeFirst(first)
      first = 0
    }
  }

  // MARK: A slow wire

  /// How many bytes it carries now: what it has earned since it was asked last, 20 ms of it at most.
  mutating func earned(_ bytesPerSecond: Int, at now: ContinuousClock.Instant) -> Int {
    let elapsed = min((now - (reckoned ?? now)) / .seconds(1), 0.02)
    reckoned = now
    allowance = min(allowance + elapsed * Double(bytesPerSecond), max(Double(bytesPerSecond) / 50, 1))
    return Int(allowance)
  }

  mutating func spend(_ count: Int) { allowance -= Double(count) }
}
