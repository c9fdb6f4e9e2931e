import Platform
import Synchronization
import Testing

@testable import CacheProxy

@Suite(.timeLimit(.minutes(1))) struct ServerPlaceTests {
  private final class Names: Sendable {
    let answers: Mutex<[[SocketAddress]?]>
    let asked = Monitor(0)

    init(_ answers: [[SocketAddress]?]) { self.answers = Mutex(answers) }

    func next(_ host: String) throws(ResolutionError) -> [SocketAddress] {
      let answer = answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      guard let answer else { throw ResolutionError(host: host, reason: "unknown") }
      return answer
    }

    func place() -> ServerPlace {
      ServerPlace(BackendAddress.Side(host: "some.name", port: 7)) { [self] (host, _) throws(ResolutionError) in
        try next(host)
      }
    }

    /// Returns when it has been answered.
    func ask(_ place: ServerPlace) {
      let before = asked.with { $0 }
      place.ask { [asked] in asked.change { $0 += 1 } }
      asked.waitFor { $0 > before ? () : nil }
    }
  }

  @Test func `a number is known, and nobody is asked`() {
    let place = ServerPlace(BackendAddress.Side(host: "127.0.0.1", port: 7)) { (host, _) throws(ResolutionError) in
      throw ResolutionError(host: host, reason: "never asked")
    }
    let answered = Atomic(false)
    place.ask { answered.store(true, ordering: .relaxed) }
    #expect(place.isNumber && place.address == .loopback4(port: 7))
    let isAnswered = answered.load(ordering: .relaxed)
    #expect(isAnswered)
  }

  @Test func `a name is looked up each time, and one that is not found keeps the address that it had`() {
    let names = Names([[.loopback4(port: 1)], [.loopback4(port: 2)], nil, [], [.loopback4(port: 3)]])
    let place = names.place()
    #expect(!place.isNumber && place.address == nil)
    var seen: [SocketAddress?] = []
    for _ in 0..<5 {
      names.ask(place)
      seen.append(place.address)
    }
    let expected: [SocketAddress?] = [1, 2, 2, 2, 3].map { SocketAddress.loopback4(port: $0) }
    #expect(seen == expected)
  }

  @Test func `of several addresses the next is taken when one has failed`() {
    let names = Names([[.loopback4(port: 1), .loopback4(port: 2)]])
    let place = names.place()
    names.ask(place)
    #expect(place.address == .loopback4(port: 1))
    place.noteFailure()
    #expect(place.address == .loopback4(port: 2))
    place.noteFailure()
    #expect(place.address == .loopback4(port: 1))
  }

  @Test func `at the start a name that nobody knows is an error`() {
    #expect(throws: ResolutionError.self) { try Names([]).place().resolve() }
  }
}
