import Synchronization
import Testing

@testable import ItemStore

@Suite("Stamps and their clock")
struct StampClockTests {
  static let now: UInt64 = 1_700_000_000_000_000

  @Test("A stamp is after the clock's time and the last one")
  func order() {
    let clock = StampClock()
    let first = clock.next(unixMicroseconds: Self.now)
    #expect(first.rawValue >= Self.now & ~Stamp.tickMask && first.rawValue & 1 == 0)
    let second = clock.next(unixMicroseconds: Self.now)
    #expect(second > first)
    #expect(clock.next(unixMicroseconds: 5) > second, "a clock set back")
  }

  @Test("What is heard is passed by what comes next, and nonsense does no harm")
  func hearing() {
    let clock = StampClock()
    let heard = Stamp(rawValue: Self.now + 60_000_001)
    clock.observe(heard)
    #expect(clock.next(unixMicroseconds: Self.now) > heard)
    clock.observe(.zero)
    clock.observe(Stamp(rawValue: .max))
    let next = clock.next(unixMicroseconds: .max)
    #expect(clock.next(unixMicroseconds: Self.now) > next)
  }

  @Test("Set back, it goes on from there, and has told what it showed")
  func setBack() {
    let clock = StampClock()
    let ahead = clock.next(unixMicroseconds: Self.now * 2)
    let base = Stamp(endOfTick: Self.now)
    #expect(clock.setBack(to: base) > ahead && clock.fence() == base)
    let next = clock.next(unixMicroseconds: Self.now)
    #expect(next > base && next < ahead)
  }

  @Test("The node's bit tells the two daemons' stamps apart")
  func nodes() {
    let clocks = (StampClock(), StampClock())
    clocks.1.setNode(1)
    let stamps = (
      clocks.0.next(unixMicroseconds: Self.now), clocks.1.next(unixMicroseconds: Self.now)
    )
    #expect(stamps.0 != stamps.1 && stamps.0.rawValue & 1 == 0 && stamps.1.rawValue & 1 == 1)
    #expect(clocks.1.nodeBit == 1)
    clocks.0.observe(stamps.1)
    #expect(clocks.0.next(unixMicroseconds: Self.now) > stamps.1)
  }

  @Test("Threads never get the same stamp, each sees its own rise, and a fence lies between before and after")
  func threads() throws {
    let clock = StampClock()
    let all = Mutex<[Stamp]>([])
    let fences = Mutex<[(lastBefore: Stamp, fence: Stamp, next: Stamp)]>([])
    try withThreads(4) { number in
      var localStamps: [Stamp] = []
      for step in 0..<5000 {
        localStamps.append(clock.next(unixMicroseconds: Self.now + UInt64(step)))
        if step % 500 == 0, let last = localStamps.last {
          let fence = clock.fence()
          let next = clock.next(unixMicroseconds: Self.now)
          fences.withLock { $0.append((last, fence, next)) }
        }
      }
      if zip(localStamps, localStamps.dropFirst()).contains(where: { $0 >= $1 }) {
        Issue.record("thread \(number)'s stamps fall")
      }
      let own = localStamps
      all.withLock { $0 += own }
    }
    #expect(all.withLock { Set($0).count } == 20_000)
    #expect(fences.withLock { $0.allSatisfy { $0.lastBefore <= $0.fence && $0.fence < $0.next } })
  }

  @Test("The end of a tick is above all stamps of both nodes in it and below those of the next")
  func ticks() {
    let end = Stamp(endOfTick: Self.now)
    let clock = StampClock()
    clock.setNode(1)
    #expect(clock.next(unixMicroseconds: Self.now) <= end)
    #expect(clock.next(unixMicroseconds: Self.now + 65_536) > end)
    #expect(end.unixMicroseconds <= Self.now)
    #expect(Stamp(endOfTick: .max) == .greatest)
  }
}
