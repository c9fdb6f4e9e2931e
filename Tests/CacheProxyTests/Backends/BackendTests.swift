import Platform
import Testing

@testable import CacheProxy

struct BackendTests {
  private let backend = Backend(BackendAddress.Side(host: "127.0.0.1", port: 1), isBackup: false)

  @Test func `what dies is dead once, until it returns`() {
    #expect(backend.health == .alive)
    #expect(backend.markDead())
    #expect(!backend.markDead())
    #expect(backend.deaths.load(ordering: .relaxed) == 1)
    #expect(backend.markReturned(warming: true))
    #expect(backend.health == .warming)
    #expect(backend.markWarm())
    #expect(backend.health == .alive)
  }

  @Test func `it does not return before what was written without it is seen to`() {
    _ = backend.markDead()
    #expect(backend.noteMissed([1]))
    #expect(!backend.markReturned(warming: false))
    #expect(backend.takeMissed().keys == [[1]])
    #expect(backend.markReturned(warming: false))
    #expect(!backend.noteMissed([2]), "it can be told itself")
  }

  @Test func `it is dead after so many failures in a row, and an answer between begins anew`() {
    #expect(!backend.noteFailure(limit: 2))
    backend.noteSuccess()
    #expect(!backend.noteFailure(limit: 2))
    #expect(backend.noteFailure(limit: 2))
  }

  @Test func `of idle connections no more are taken off than are too many`() {
    backend.connections.store(3, ordering: .relaxed)
    #expect((0..<5).map { _ in backend.takeSpare(above: 1) } == [true, true, false, false, false])
    #expect(backend.connections.load(ordering: .relaxed) == 1)
  }

  @Test func `what both sides of a pair have missed is told to the first that returns, and to it alone`() {
    let other = Backend(BackendAddress.Side(host: "127.0.0.1", port: 2), isBackup: false, first: backend)
    _ = backend.markDead()
    #expect(!backend.noteMissed([1], partner: other), "the other lives, and tells it")
    _ = other.markDead()
    #expect(backend.noteMissed([1], partner: other))
    #expect(other.takeMissed().keys == [[1]])
    #expect(other.markReturned(warming: false) && backend.takeMissed().isEmpty)
  }

  @Test func `a visit that fails leaves what it took`() {
    _ = backend.markDead()
    _ = backend.noteMissed([1])
    backend.putBack(backend.takeMissed())
    #expect(!backend.markReturned(warming: false))
    #expect(backend.takeMissed().keys == [[1]])
  }

  @Test func `too many keys, or one without a name, are all keys`() {
    var missed = MissedWrites()
    for number in 0...100_000 { missed.add(Array("\(number)".utf8)) }
    #expect(missed.isAll && missed.keys.isEmpty)
    var nameless = MissedWrites()
    nameless.add([1])
    nameless.add(nil)
    #expect(nameless.isAll && !nameless.isEmpty)
  }
}
