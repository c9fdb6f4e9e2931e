import MemcacheProtocol
import Testing

@testable import CacheServer

@Suite("Who looks on while requests are executed")
struct ObservationTests {
  @Test("Kinds, prefixes and -vv are turned on and off without each other") func parts() {
    let observation = Observation()
    #expect(observation.current == [])
    observation.set(.prefixes, on: true)
    observation.set(.logged, on: true)
    observation.setKinds([.fetchers, .evictions])
    #expect(observation.current == [.prefixes, .logged, Observed([.fetchers, .evictions])])
    observation.setKinds(.mutations)
    #expect(observation.current == [.prefixes, .logged, Observed(.mutations)])
    observation.set(.prefixes, on: false)
    observation.setKinds([])
    #expect(observation.current == .logged)
  }

  @Test("Requests go one at a time, and what came of them is told, only for those who want that") func masks() {
    #expect(Observed.requests.isDisjoint(with: .prefixes) && Observed.results.contains(.prefixes))
    for kind in [WatchKinds.evictions, .connectionEvents, .systemEvents, .proxyRequests, .replication] {
      #expect(Observed.requests.isDisjoint(with: Observed(kind)) && Observed.results.isDisjoint(with: Observed(kind)))
    }
    for kind in [WatchKinds.fetchers, .mutations, .deletions] {
      #expect(Observed.requests.contains(Observed(kind)) && Observed.results.contains(Observed(kind)))
    }
    #expect(Observed.requests.contains([.logged, Observed(.rawCommands)]))
  }
}
