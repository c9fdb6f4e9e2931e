import Platform

@testable import ItemStore
@testable import Replication

/// Frames of a peer that was let in, to a store that holds some items and has changes under way. Whatever comes, the link ends
/// or goes on, what is said to the peer is frames, and the store is whole in the end.
enum LinkFuzz {
  static func run(_ input: [UInt8]) -> String? {
    let side = FuzzedSide(node: 1)
    side.write(0..<8)
    side.join(FuzzedSide(node: 2).hello)
    var bytes = ByteBuffer(capacity: 0)
    bytes.reserve(input.count)
    bytes.append(input.span)
    var frames = 0
    receiving: while true {
      switch FrameDecoder.decode(bytes.bytes) {
      case .incomplete, .malformed: break receiving
      case .frame(.heartbeat, let count), .frame(.goodbye, let count), .frame(.hello, let count),
        .frame(.confirm, let count):
        bytes.consume(count)
      case .frame(.report(let fields), let count):
        if PeerReport(bytes.bytes, fields) == nil { return "a report that was decoded cannot be read" }
        bytes.consume(count)
      case .frame(.keyQuestion(let number, let key), let count):
        let answer = KeyAnswer(number, bytes.bytes.extracting(key), in: side.store, at: side.moment)
        if answer.number != number { return "another question is answered" }
        bytes.consume(count)
      case .frame(.keyAnswer, let count): bytes.consume(count)
      case .frame(let frame, let count):
        if side.replicator.receive(frame, in: bytes.bytes, at: side.moment) != nil { break receiving }
        bytes.consume(count)
      }
      frames += 1
      // Between the frames clients write, and this side answers.
      if frames % 4 == 0 { side.write(0..<2) }
      if let fault = side.say() { return fault }
    }
    return side.end()
  }
}

/// What comes on a connection before there is a link: a line of hello, or frames of a handshake.
enum HelloFuzz {
  static func run(_ input: [UInt8]) -> String? {
    _ = LegacyOpening.judge(input.span)
    switch HelloLine.decode(input.span) {
    case .hello(let hello, let count):
      if count > input.count { return "a line of \(count) bytes is read out of \(input.count)" }
      let side = FuzzedSide(node: 1)
      side.write(0..<4)
      side.join(hello)
      return side.say() ?? side.end()
    case .incomplete, .malformed: break
    }
    guard case .frame(.hello(let payload), _) = FrameDecoder.decode(input.span) else { return nil }
    guard let hello = Hello(payload: input.span, payload) else { return nil }
    return Hello(payload: hello.payloadBytes.span, 0..<hello.payloadBytes.count) == hello
      ? nil : "a hello is not what it says of itself"
  }
}

/// One side of a pair: a store with its replicator, and no other side.
final class FuzzedSide {
  let store: ItemStore
  let ring: MutationRing
  let replicator: Replicator
  private let identity: PeerIdentity
  private var output = ByteBuffer(capacity: 0)
  private var time: UInt64 = 1_700_000_000_000_000

  init(node: UInt64) {
    (store, ring) = ItemStore.fuzzed(at: time)
    identity = PeerIdentity(node: node, boot: node)
    replicator = Replicator(store: store, rings: [ring], identity: identity, bucketsPerStep: 8)
  }

  var moment: Moment { store.processClock.moment(monotonicNanoseconds: 0, unixMicroseconds: time) }

  var hello: Hello {
    replicator.completed(Hello(identity: identity, unixMicroseconds: time, nonce: Nonce(high: 0, low: 0)))
  }

  func join(_ hello: Hello) {
    replicator.moment = moment
    replicator.beginSession(hello, nodeBit: 0, askedInHello: false)
  }

  /// Items of all sizes, one of them gone again.
  func write(_ keys: Range<Int>) {
    time += 1
    for key in keys {
      let name = Array("k\(key)".utf8)
      let value = [UInt8](repeating: 118, count: [3, 100, 5_000, 90_000][key % 4])
      _ = store.store(
        name.span, hash: store.hash(name.span), mode: .set, clientFlags: UInt32(key % 2), expiresAt: 0,
        value: value.span,
        at: moment, journal: ring)
    }
    let gone = Array("k1".utf8)
    _ = store.delete(gone.span, hash: store.hash(gone.span), at: moment, journal: ring)
  }

  /// All that this side has to say; what is wrong with it.
  func say() -> String? {
    replicator.moment = moment
    for _ in 0..<64 where replicator.fill(&output) {}
    replicator.events = []
    while !output.isEmpty {
      guard case .frame(_, let count) = FrameDecoder.decode(output.bytes) else { return "what is said is no frame" }
      output.consume(count)
    }
    return nil
  }

  /// Everything that it says from the beginning, as one frame each.
  func frames() -> [[UInt8]] {
    replicator.moment = moment
    while replicator.fill(&output) && output.count < 1 << 20 {}
    var frames: [[UInt8]] = []
    while case .frame(_, let count) = FrameDecoder.decode(output.bytes) {
      frames.append([UInt8](copying: output.bytes.extracting(first: count)))
      output.consume(count)
    }
    return frames
  }

  func end() -> String? {
    replicator.endSession()
    return store.fault
  }
}

extension ItemStore {
  /// An empty store with a ring for one worker.
  static func fuzzed(at unixMicroseconds: UInt64) -> (store: ItemStore, ring: MutationRing) {
    do {
      let clock = ProcessClock(monotonicNanoseconds: 0, unixMicroseconds: unixMicroseconds)
      let ring = try MutationRing(byteCount: 1 << 18, recordCount: 1_000, waker: LinkWaker {})
      return (try ItemStore(.fuzzed, processClock: clock), ring)
    } catch { fatalError("\(error)") }
  }

  /// What is wrong with it, when nobody uses it any more: a lost chunk, a pin that nobody holds.
  var fault: String? {
    let faults = audit()
    return faults.isEmpty ? nil : faults.joined(separator: "; ")
  }
}

extension StoreConfiguration {
  static var fuzzed: StoreConfiguration {
    var configuration = StoreConfiguration()
    configuration.memoryLimit = 4 << 20
    configuration.initialBucketPower = 8
    configuration.stripePower = 6
    configuration.expectsPeer = true
    return configuration
  }
}

extension Hello {
  var payloadBytes: [UInt8] {
    [UInt8](capacity: FrameLimits.frame) { FrameEncoder.hello(self, into: &$0) }.dropFirst(5) + []
  }
}

extension Grammar {
  /// What a side says of itself, and the frames by which it would answer.
  static let link: Grammar = {
    let side = FuzzedSide(node: 2)
    side.write(0..<8)
    side.join(FuzzedSide(node: 1).hello)
    let stamp = Stamp(rawValue: 1)
    let answers: [(inout OutputSpan<UInt8>) -> Void] = [
      { FrameEncoder.acknowledgement(receivedThrough: stamp, refusalsSeen: 0, into: &$0) },
      { FrameEncoder.outOfMemory(stamp, into: &$0) }, { FrameEncoder.overtaken(stamp, into: &$0) },
      { FrameEncoder.streamOffset(7, into: &$0) },
      { FrameEncoder.offsetReached(7, into: &$0) }, { FrameEncoder.copyFromZero(ask: 1, into: &$0) },
      { FrameEncoder.valueAborted(into: &$0) },
      { FrameEncoder.flush(FlushState(floor: stamp, issued: stamp, due: 0), into: &$0) },
    ]
    return frames(
      side.frames() + answers.map { answer in [UInt8](capacity: FrameLimits.frame) { answer(&$0) } }, lengthPlace: 0,
      overhead: 4)
  }()

  static let hello = Grammar(
    samples: [FuzzedSide(node: 2).hello.line, [0, 0, 0, 1, 1]], end: { $0.endIndex },
    vary: { command, random in
      var bytes = command
      guard let place = bytes.indices.randomElement(using: &random) else { return bytes }
      bytes[place] = Array("0123456789abcdef".utf8).randomElement(using: &random) ?? 0
      return bytes
    })
}
