import KeyDistribution
import Testing

@testable import MemcacheClientCore

struct ServerHealthTests {
  @Test("a server is dead after one failure and is tried after 15 seconds")
  func defaults() {
    var health = ServerHealth(ServerHealth.Limits())
    #expect(health.failed(.seconds(100)) == true)
    #expect(health.isDead)
    #expect(health.retryAt == .seconds(115))
    #expect(health.succeeded() == true)
    #expect(!health.isDead)
    #expect(health.succeeded() == false)
  }

  @Test("with a limit it takes as many failures in a row")
  func limit() {
    var health = ServerHealth(ServerHealth.Limits(failures: 3, retryAfter: .seconds(2)))
    _ = health.failed(.zero)
    _ = health.failed(.zero)
    _ = health.succeeded()
    #expect(health.failed(.zero) == false)
    #expect(health.failed(.zero) == false)
    #expect(health.failed(.zero) == true)
  }
}

struct ServerPoolTests {
  private let servers = (1...3).map { Server(host: "10.0.0.\($0)", port: 11211) }
  private let keys = (0..<200).map { Array("key\($0)".utf8) }

  private func pool(_ policy: DeadServerPolicy) -> ServerPool {
    ServerPool(servers, .ketama, ServerHealth.Limits(), policy)
  }

  @Test("the keys of a dead server go to the next, and come back")
  func next() {
    var pool = pool(.next)
    let before = keys.map { pool.server(for: $0.span) }
    #expect(pool.failed(1, .zero) == true)
    #expect(keys.allSatisfy { pool.server(for: $0.span) != nil && pool.server(for: $0.span) != 1 })
    #expect(pool.succeeded(1) == true)
    #expect(keys.map { pool.server(for: $0.span) } == before)
  }

  @Test("no more servers are ejected than may be, and the keys of the others fail")
  func eject() {
    var pool = pool(.eject(atMost: 1))
    _ = pool.failed(0, .zero)
    _ = pool.failed(1, .zero)
    #expect(keys.allSatisfy { pool.server(for: $0.span) != 0 })
    #expect(keys.contains { pool.server(for: $0.span) == nil })
    #expect(keys.contains { pool.server(for: $0.span) == 2 })
  }

  @Test("where nobody takes over, the keys of a dead server fail")
  func fail() {
    var pool = pool(.fail)
    let before = keys.map { pool.server(for: $0.span) }
    _ = pool.failed(2, .zero)
    #expect(keys.map { pool.server(for: $0.span) } == before.map { $0 == 2 ? nil : $0 })
  }
}

struct LatencyWindowTests {
  @Test("before there are enough answers the delay is the one given")
  func fallback() {
    var window = LatencyWindow(percentile: 0.9, fallback: .milliseconds(50))
    for _ in 0..<15 { window.add(.milliseconds(1)) }
    #expect(window.delay == .milliseconds(50))
    window.add(.milliseconds(1))
    #expect(window.delay == .milliseconds(1))
  }

  @Test("later it is the percentile of the last ones")
  func percentile() {
    var window = LatencyWindow(percentile: 0.9, fallback: .zero)
    for number in 1...128 { window.add(.milliseconds(number)) }
    #expect((95...118).contains(window.delay / .milliseconds(1)))
    for _ in 0..<160 { window.add(.milliseconds(7)) }
    #expect(window.delay == .milliseconds(7))
  }
}

struct PairChoiceTests {
  private func running() -> PairChoice {
    var choice = PairChoice(waitsUntil: .milliseconds(100))
    _ = choice.set(.first, .ready)
    _ = choice.set(.second, .ready)
    return choice
  }

  @Test("the first is waited for at the start, but not for long")
  func start() {
    var choice = PairChoice(waitsUntil: .milliseconds(100))
    #expect(choice.side(.zero) == nil)
    _ = choice.set(.second, .ready)
    #expect(choice.side(.milliseconds(99)) == nil)
    #expect(choice.side(.milliseconds(100)) == .second)
    _ = choice.set(.first, .ready)
    #expect(choice.side(.milliseconds(101)) == .first)
  }

  @Test("a first side that refuses at the start is not waited for")
  func refusedAtStart() {
    var choice = PairChoice(waitsUntil: .milliseconds(100))
    _ = choice.set(.second, .ready)
    _ = choice.set(.first, .down)
    #expect(choice.side(.zero) == .second)
  }

  @Test("who moved stays until the first has its copy")
  func stays() {
    var choice = running()
    #expect(choice.set(.first, .down) == true)
    #expect(choice.side(.zero) == .second)
    #expect(choice.set(.first, .filling) == false)
    #expect(choice.side(.zero) == .second)
    #expect(choice.set(.first, .ready) == true)
    #expect(choice.side(.zero) == .first)
  }

  @Test("one that is filling is better than none")
  func fillingIsUsed() {
    var choice = running()
    _ = choice.set(.first, .down)
    _ = choice.set(.first, .filling)
    _ = choice.set(.second, .down)
    #expect(choice.side(.seconds(1)) == .first)
    _ = choice.set(.second, .ready)
    #expect(choice.side(.seconds(1)) == .second)
  }

  @Test("with both down there is none")
  func bothDown() {
    var choice = running()
    _ = choice.set(.first, .down)
    _ = choice.set(.second, .down)
    #expect(choice.isDown)
    #expect(choice.side(.seconds(1)) == nil)
  }

  @Test("a server says its state by stats, and one that knows no pairs is complete")
  func states() {
    func state(_ value: String) -> PairState { PairState(.success(.statistics([.init(name: "state", value: value)]))) }
    #expect(state("stream") == .complete && state("off") == .complete)
    #expect(state("copy") == .filling && state("listen") == .filling && state("connect") == .filling)
    #expect(PairState(.success(.statistics([]))) == .complete)
    #expect(PairState(.failure(.refused("ERROR"))) == .complete)
  }
}
