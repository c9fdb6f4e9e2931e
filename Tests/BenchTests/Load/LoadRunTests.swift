import Platform
import Testing

@testable import repcached_bench

@Suite("Loads against memcached", .serialized)
struct LoadRunTests {
  @Test("a closed loop asks as often as told, and every answer is right", arguments: [1, 16])
  func closed(depth: Int) throws {
    let server = try Memcached()
    let result = try server.run(.sample(try .sample(getShare: 1 << 31, sizes: "0:3000", depth: depth)))
    #expect(result.isRight && result.counts.requests == 2000)
    #expect(result.counts[.misses] == 0 && result.counts[.hits] == result.counts[.gets])
    #expect(result.latencies.all.totalCount == 2000)
    #expect((result.serverPerRequest ?? 0) > 0)
  }

  @Test("several threads share the work")
  func threads() throws {
    let server = try Memcached()
    let result = try server.run(.sample(try .sample(depth: 4), connections: 5, threads: 2, requests: 3001))
    #expect(result.isRight && result.counts.requests == 3001 && result.counts[.misses] == 0)
  }

  @Test("gets of many keys count each key")
  func manyKeys() throws {
    let server = try Memcached()
    let result = try server.run(.sample(try .sample(keysPerGet: 50, depth: 2), requests: 200))
    #expect(result.isRight && result.counts[.hits] == 10_000)
  }

  @Test("without filling in all keys are misses")
  func misses() throws {
    let server = try Memcached()
    let result = try server.run(.sample(try .sample(), requests: 100, fills: false))
    #expect(result.isRight && result.counts[.misses] == 100)
  }

  @Test("values that come in many pieces are checked whole")
  func largeValues() throws {
    let server = try Memcached()
    let workload = try Workload.sample(keys: 10, getShare: 1 << 31, sizes: "900k", depth: 3)
    let result = try server.run(.sample(workload, requests: 100))
    #expect(result.isRight && result.counts.requests == 100 && result.counts[.hits] == result.counts[.gets])
  }

  @Test("an open loop sends what is due, and no more")
  func open() throws {
    let server = try Memcached()
    let result = try server.run(.sample(try .sample(), rate: 20_000, requests: 2000))
    #expect(result.isRight)
    #expect(result.counts.requests + result.counts[.unsent] == 2000)
    #expect(result.seconds >= 0.09)
  }

  // 2000 requests, one a millisecond; half-way the server stands still for 200 ms. Of those due in the first half of
  // that, each has waited 100 ms at least, though no more than four can be under way.
  @Test("an open loop sees a server stopped for 200 ms in all the requests that were due then")
  func stopped() throws {
    let server = try Memcached()
    let plan = LoadPlan.sample(try .sample(), rate: 1000, requests: 2000, fills: false)
    let pause = try server.pause(after: 1_000_000_000, for: 200_000_000)
    let result = try server.run(plan)
    pause.join()
    #expect(result.isRight && result.counts.requests + result.counts[.unsent] == 2000)
    #expect(result.latencies.all.count(within: 100_000_000...10_000_000_000) >= 95)
    #expect(result.latencies.all.maxRecorded >= 195_000_000)
  }

  @Test("a connection for each request: connect, ask, close")
  func fleeting() throws {
    let server = try Memcached()
    let result = try server.run(.sample(try .sample(), reconnects: true, requests: 300))
    #expect(result.isRight && result.counts.requests == 300 && result.counts[.misses] == 0)
  }

  @Test("idle connections stay, and each is heard of")
  func idle() throws {
    let server = try Memcached()
    let result = try server.run(.sample(try .sample(), idle: 50, requests: 500))
    #expect(result.isRight && result.counts.requests == 500)
  }

  @Test("a value with one wrong byte in the server is found out")
  func corrupted() throws {
    let server = try Memcached()
    let workload = try Workload.sample(keys: 1)
    var value = workload.values.bytes(0)
    value[19] ^= 1
    let command = Array("set \(workload.keys.text(0)) 0 0 20\r\n".utf8) + value + Array("\r\n".utf8)
    #expect(try server.exchange(command, answer: "STORED\r\n"))
    let result = try server.run(.sample(workload, requests: 10, fills: false))
    #expect(!result.isRight && result.counts[.wrong] == 10)
    #expect(result.firstWrong?.contains("at 19") == true)
  }

  @Test("values of another run's sizes are found out")
  func otherSizes() throws {
    let server = try Memcached()
    _ = try server.run(.sample(try .sample(sizes: "20"), requests: 1))
    let result = try server.run(.sample(try .sample(sizes: "21"), requests: 50, fills: false))
    #expect(result.counts[.wrong] == 50)
    #expect(result.firstWrong?.contains("20 bytes instead of 21") == true)
  }

  @Test("values too large for the server are errors, and the answers stay in step")
  func tooLarge() throws {
    let server = try Memcached()
    let result = try server.run(.sample(try .sample(keys: 2, getShare: 0, sizes: "1100k"), requests: 10, fills: false))
    #expect(result.counts[.errors] == 10)
    #expect(result.firstError == "SERVER_ERROR object too large for cache")
  }

  @Test("a server that is not there is an error before anything runs")
  func absent() throws {
    let plan = LoadPlan.sample(try .sample())
    do {
      _ = try LoadRun.connected(plan, to: .unix(path: "/tmp/bench-tests-nobody.sock"))
      Issue.record("it connected to nobody")
    } catch {
      #expect(error == .noSuchFileOrDirectory)
    }
  }
}
