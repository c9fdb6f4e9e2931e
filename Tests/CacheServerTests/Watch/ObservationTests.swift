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
    #expect(!Observed.prefixes.wantsRequests && Observed.prefixes.wantsResults)
    #expect(Observed.logged.wantsRequests && !Observed.logged.wantsResults)
    #expect(Observed(.rawCommands).wantsRequests && !Observed(.rawCommands).wantsResults)
    for kind in [
      WatchKinds.evictions, .connectionEvents, .systemEvents, .proxyRequests, .proxyEvents, .proxyUser, .replication,
    ] {
      #expect(!Observed(kind).wantsRequests && !Observed(kind).wantsResults)
    }
    for kind in [WatchKinds.fetchers, .mutations, .deletions] {
      #expect(Observed(kind).wantsRequests && Observed(kind).wantsResults)
    }
  }
}
