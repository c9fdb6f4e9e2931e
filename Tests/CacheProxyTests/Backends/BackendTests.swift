import Platform
import Testing

@testable import CacheProxy

struct BackendTests {
  private let backend = Backend(
    BackendAddress.Side(host: "a", port: 1), at: .loopback4(port: 1), isBackup: false)

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
