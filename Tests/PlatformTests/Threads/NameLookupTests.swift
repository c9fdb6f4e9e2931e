import Platform
import Synchronization
import Testing

@Suite("Looking a name up", .timeLimit(.minutes(1))) struct NameLookupTests {
  private let found = [SocketAddress.loopback4(port: 9)]

  @Test("each question is answered, on a thread of its own, with addresses or the reason why there are none")
  func outcomes() {
    let told = Monitor<[NameLookup.Outcome]>([])
    let calls = Atomic<Int>(0)
    let lookup = NameLookup(host: "peer") { [found] () throws(ResolutionError) in
      if calls.add(1, ordering: .relaxed).newValue == 1 { throw ResolutionError(host: "peer", reason: "unknown") }
      return found
    } tell: { outcome in
      told.change { $0.append(outcome) }
    }
    lookup.ask()
    #expect(
      told.waitFor { $0.count == 1 ? $0 : nil } == [.failure(ResolutionError(host: "peer", reason: "unknown"))])
    lookup.ask()
    #expect(told.waitFor { $0.count == 2 ? $0.last : nil } == .success(found))
  }

  @Test("who asks while a lookup hangs waits for nothing, and starts no second one")
  func hanging() {
    let told = Monitor<[NameLookup.Outcome]>([])
    let isFree = Monitor(false)
    let calls = Atomic<Int>(0)
    let lookup = NameLookup(host: "peer") { [found] () throws(ResolutionError) in
      calls.add(1, ordering: .relaxed)
      isFree.waitFor { $0 ? () : nil }
      return found
    } tell: { outcome in
      told.change { $0.append(outcome) }
    }
    for _ in 0..<3 { lookup.ask() }
    #expect(told.with { $0.isEmpty })
    isFree.change { $0 = true }
    #expect(told.waitFor { $0.first } == .success(found))
    #expect(calls.load(ordering: .relaxed) == 1)
  }
}
