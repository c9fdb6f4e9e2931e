import KeyDistribution
import Testing

@testable import MemcacheClientCore

struct ClientMachineTests {
  @Test("requests of one server are pipelined, and answers are handed out in order")
  func pipelining() {
    var play = Play("1")
    let link = play.accept(1)
    for id in 1...3 { play.get(UInt64(id)) }
    #expect(play.takeSent(link) == "mg k f c v O1\r\nmg k f c v O2\r\nmg k f c v O3\r\n")
    play.answer(link, "VA 1 f0 c1 O1\r\nx\r\nEN\r\n")
    #expect(play.results[2] == .success(.item(nil)))
    #expect(play.results[3] == nil)
    guard case .success(.item(let item)) = play.results[1] else { return #expect(Bool(false)) }
    #expect(item?.value == [120])
  }

  @Test("a server that has no meta commands is spoken to in text")
  func text() {
    var play = Play("1")
    let link = play.accept(1, meta: false)
    play.get(1)
    #expect(play.takeSent(link) == "gets k\r\n")
  }

  @Test("requests wait for the connection that is being made")
  func waits() {
    var play = Play("1")
    play.incr(1)
    let link = play.accept(1)
    #expect(play.takeSent(link) == "ma k MI D1 v O1\r\n")
  }

  @Test("a login goes first, and is no request")
  func login() {
    var play = Play("1") { $0.login = .init(user: "u", password: "p") }
    let id = play.connecting[0].id
    play.machine.connected(id, play.now)
    play.act()
    #expect(play.takeSent(id) == "set login 0 0 3\r\nu p\r\nmn\r\n")
    play.answer(id, "STORED\r\nMN\r\n")
    play.get(1)
    #expect(play.takeSent(id) == "mg k f c v O1\r\n")
  }

  @Test("a login that is refused is told to who asks")
  func loginRefused() {
    var play = Play("1") { $0.login = .init(user: "u", password: "p") }
    play.get(1)
    let id = play.connecting[0].id
    play.machine.connected(id, play.now)
    play.act()
    play.answer(id, "CLIENT_ERROR authentication failure\r\n")
    #expect(play.results[1] == .failure(.unavailable("no server lives")))
    #expect(play.notes.contains(.serverDied(server: 0, "the login was refused")))
  }

  @Test("a cancelled request leaves the connection usable")
  func cancelled() {
    var play = Play("1")
    let link = play.accept(1)
    play.get(1)
    play.get(2)
    play.machine.cancel(1, play.now)
    play.act()
    #expect(play.results[1] == .failure(.cancelled))
    play.answer(link, "VA 1 f0 c1 O1\r\nx\r\nEN\r\n")
    #expect(play.results[2] == .success(.item(nil)))
    #expect(play.closed.isEmpty)
  }

  @Test("a dead server's keys go to the next at once; it is tried after 15 s and has them again")
  func failover() {
    var play = Play("1", "2", "3")
    let links = [1, 2, 3].map { play.accept($0) }
    play.get(1)
    let owner = links.firstIndex { !play.takeSent($0).isEmpty } ?? 0
    play.close(links[owner])
    play.refuse(UInt16(owner + 1))
    let other = links.firstIndex { $0 != links[owner] && !play.takeSent($0).isEmpty }
    #expect(other != nil)
    play.pass(.milliseconds(14_990))
    #expect(play.connecting.isEmpty)
    play.pass(.milliseconds(20))
    let back = play.accept(UInt16(owner + 1))
    play.get(2)
    #expect(!play.takeSent(back).isEmpty)
  }

  @Test("an idle connection that the server closes costs nothing")
  func idleClose() {
    var play = Play("1")
    play.close(play.accept(1))
    play.get(1)
    #expect(play.results[1] == nil)
    let link = play.accept(1)
    play.answer(link, "EN\r\n")
    #expect(play.results[1] == .success(.item(nil)))
    #expect(!play.notes.contains { if case .serverDied = $0 { true } else { false } })
  }

  @Test("what must not be done twice and lost its answer is of unknown outcome")
  func unknown() {
    var play = Play("1")
    let link = play.accept(1)
    play.incr(1)
    play.set(2)
    play.close(link)
    #expect(play.results[1] == .failure(.outcomeUnknown))
    let again = play.accept(1)
    #expect(play.takeSent(again) == "ms k 1 F0 T0 MS O3\r\nv\r\n")
  }

  @Test("a request that is not answered in time fails, an increment as unknown")
  func timeouts() {
    var play = Play("1") { $0.hangTimeout = .seconds(60) }
    let link = play.accept(1)
    play.get(1)
    play.incr(2)
    play.pass(.milliseconds(1999))
    #expect(play.results.isEmpty)
    play.pass(.milliseconds(2))
    #expect(play.results == [1: .failure(.timedOut), 2: .failure(.outcomeUnknown)])
    play.answer(link, "EN\r\nVA 1 O2\r\n5\r\n")
    #expect(play.closed.isEmpty)
  }

  @Test("a server that hangs costs bounded memory, and the time to find out once")
  func hangs() {
    var play = Play("1") {
      $0.maxPendingRequests = 10
      $0.policy = .fail
    }
    let link = play.accept(1)
    for id in 1...50 { play.incr(UInt64(id)) }
    #expect(play.results.count == 40 && play.results.values.allSatisfy { $0 == .failure(.overloaded) })
    play.pass(.milliseconds(501))
    #expect(play.closed == [link])
    #expect(play.machine.pendingCount == 0)
    play.get(51)
    #expect(play.results[51] == .failure(.unavailable("no server lives")))
  }

  @Test("what waits for a connection is bounded, too")
  func parked() {
    var play = Play("1") { $0.maxPendingBytes = 10 }
    for id in 1...10 { play.set(UInt64(id)) }
    #expect(play.results.count == 5)
  }

  @Test(
    "a server that says what nobody asked for is dropped",
    arguments: ["END\r\n", "garbage\r\n", "VA 99999999999 O1\r\n"])
  func hostile(_ text: String) {
    var play = Play("1")
    let link = play.accept(1)
    play.answer(link, text)
    #expect(play.closed == [link])
  }

  @Test("an answer that would not end is not read to its end")
  func endless() {
    var play = Play("1") { $0.maxReplyBytes = 1000 }
    let link = play.accept(1)
    play.get(1)
    play.answer(link, "VA 1001 f0 c1 O1\r\n")
    #expect(play.closed == [link])
  }

  @Test("who slept takes nobody for dead because of that")
  func lateness() {
    var play = Play("1")
    let link = play.accept(1)
    play.get(1)
    _ = play.machine.nextDeadline()
    play.now += .seconds(100)
    play.machine.tick(play.now)
    play.act()
    #expect(play.closed.isEmpty && play.results.isEmpty)
    play.answer(link, "EN\r\n")
    #expect(play.results[1] == .success(.item(nil)))
  }

  @Test("keys of many servers are asked for in one request each, and come back together")
  func many() {
    var play = Play("1", "2", "3")
    let links = [1, 2, 3].map { play.accept($0, meta: false) }
    let keys = (0..<30).map { "key\($0)" }
    play.submit(1, .getMany(keys: keys.map { Array($0.utf8) }))
    for link in links {
      let asked = play.takeSent(link)
      #expect(asked.hasPrefix("gets key") && asked.split(separator: "\r\n").count == 1)
      let words = asked.dropFirst(5).split(whereSeparator: \.isWhitespace)
      play.answer(link, words.map { "VALUE \($0) 0 1 1\r\nx\r\n" }.joined() + "END\r\n")
    }
    guard case .success(.items(let items)) = play.results[1] else { return #expect(Bool(false)) }
    #expect(Set(items.map { String(decoding: $0.key, as: UTF8.self) }) == Set(keys))
  }

  @Test("at the end everything is completed")
  func end() {
    var play = Play("1")
    play.get(1)
    play.submit(2, .getMany(keys: [[97], [98]]))
    play.machine.end()
    play.act()
    #expect(play.results.count == 2)
    play.get(3)
    #expect(play.results[3] == .failure(.unavailable("the client has ended")))
  }

  @Test("with more than one connection a request goes to the one that has least to do")
  func connections() {
    var play = Play("1") { $0.connectionsPerServer = 2 }
    let links = [play.accept(1), play.accept(1)]
    for id in 1...4 { play.get(UInt64(id)) }
    for link in links { #expect(play.takeSent(link).split(separator: "\r\n").count == 2) }
    play.close(links[0])
    play.get(5)
    #expect(play.takeSent(links[1]).split(separator: "\r\n").count == 3)
    #expect(!play.notes.contains { if case .serverDied = $0 { true } else { false } })
  }
}
