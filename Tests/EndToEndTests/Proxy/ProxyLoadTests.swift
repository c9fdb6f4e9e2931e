import Foundation
import Synchronization
import Testing

@Suite("magent under load while servers are killed")
struct ProxyLoadTests {
  /// Readers and writers, each with keys of its own, so that each knows what it must find.
  private static func work(
    _ endpoint: Endpoint, _ number: Int, until isOver: Flag
  ) throws -> (requests: Int, errors: [String], wrong: [String]) {
    let client = try Client(to: endpoint)
    var (requests, errors, wrong): (Int, [String], [String]) = (0, [], [])
    var values: [String: String] = [:]
    while !isOver.isSet {
      let key = "w\(number)-\(requests % 40)"
      let value = "v\(requests)"
      let stored = try client.store("set", key, value)
      if stored == "STORED" { values[key] = value } else { errors.append("set \(key): \(stored)") }
      let other = "w\(number)-\((requests * 7) % 40)"
      do {
        let found = try client.text(of: other)
        if found != values[other] { wrong.append("\(other): \(found ?? "nothing"), not \(values[other] ?? "nothing")") }
      } catch {
        errors.append("get \(other): \(error)")
      }
      if requests % 10 == 9 {
        let gone = try client.command("delete \(key)")
        if gone == "DELETED" { values[key] = nil } else { errors.append("delete \(key): \(gone)") }
      }
      requests += 1
    }
    return (requests, errors, wrong)
  }

  @Test(
    "Mains that are killed and come back empty, or hang and come back with what is old: no error, nothing lost or wrong"
  )
  func killsAndStops() throws {
    let field = try ProxyField(
      mains: 3, backups: 2, ["-t", "2", "--retry-interval=50", "--timeout=300", "--refill-rate=100000"])
    let isOver = Flag()
    let endpoint = field.magent.endpoint
    let workers = (0..<4).map { number in Background.start { try Self.work(endpoint, number, until: isOver) } }
    var mains = field.mains
    for round in 0..<6 {
      let victim = round % 3
      #expect(try field.waits(for: "server_\(victim)_state", toBe: "alive"))
      if round % 2 == 0 {
        mains[victim].kill()
        #expect(try field.waits(for: "server_\(victim)_state", toBe: "dead"))
        mains[victim] = try field.restart(mains[victim])
      } else {
        mains[victim].freeze()
        #expect(try field.waits(for: "server_\(victim)_state", toBe: "dead"))
        mains[victim].thaw()
      }
    }
    for number in 0..<3 { #expect(try field.waits(for: "server_\(number)_state", toBe: "alive")) }
    isOver.set()
    for worker in workers {
      let (requests, errors, wrong) = try worker.value()
      #expect(requests > 50)
      #expect(errors.isEmpty, "\(errors.prefix(5)) of \(requests)")
      #expect(wrong.isEmpty, "\(wrong.prefix(5)) of \(requests)")
    }
  }
}
