import Testing

@testable import CacheProxy

struct KeyRouterTests {
  private static let keys = (0..<500).map { Array("key-\($0)".utf8) }

  private func settings(_ arguments: String...) throws -> ProxySettings {
    guard case .serve(let settings) = try ProxyCommandLine.read(arguments) else { throw NoSettings() }
    return settings
  }

  private struct NoSettings: Error {}

  private func pools(
    _ before: ProxySettings, _ after: ProxySettings, _ stage: KeyMove.Stage
  ) throws -> (old: BackendPool, new: BackendPool) {
    let notices = BackendPoolNotices { _ in }
    let old = try BackendPool(before, notices: notices)
    return (old, try BackendPool(after, after: old, move: KeyMove(stage, from: before.list), notices: notices))
  }

  private func address(_ number: Int?, in pool: BackendPool) -> String? {
    number.map { "\(pool.backends[$0].address)" }
  }

  @Test(arguments: [KeyMove.Stage.joining, .warming, .leaving])
  func `while keys move, each is written where it was and where it belongs, and once where the two are one`(
    stage: KeyMove.Stage
  ) throws {
    let before = try settings("-k", "-s", "10.0.0.1", "-s", "10.0.0.2")
    let after = try settings("-k", "-s", "10.0.0.2", "-s", "10.0.0.3")
    let (old, new) = try pools(before, after, stage)
    let settled = try BackendPool(after, notices: old.notices)
    var moved = 0
    for key in Self.keys {
      let was = address(old.router.route(key.span).main, in: old)
      let belongs = address(settled.router.route(key.span).main, in: settled)
      let route = new.router.route(key.span)
      let places = [address(route.main, in: new), address(route.backup, in: new)]
      if was == belongs {
        #expect(places == [was, nil])
      } else {
        #expect(places == (stage == .joining ? [was, belongs] : [belongs, was]))
        moved += 1
      }
    }
    #expect(moved > 100 && moved < 500)
  }

  @Test func `a server that becomes a pair, or has another share, is the same: nothing is done there twice`() throws {
    let before = try settings("-s", "10.0.0.1", "-s", "10.0.0.2")
    let after = try settings("-s", "10.0.0.1|10.0.0.9", "-s", "10.0.0.2")
    let (_, new) = try pools(before, after, .warming)
    let backups = Self.keys.compactMap { new.router.route($0.span).backup }
    #expect(backups.isEmpty)
    var weighted = try settings("--distribution=ketama", "-s", "10.0.0.1", "-s", "10.0.0.2")
    let even = weighted
    weighted.mains[0].weight = 5
    let (old, heavier) = try pools(even, weighted, .warming)
    #expect(zip(old.backends, heavier.backends).allSatisfy { $0 === $1 } && heavier.backends.count == 2)
    let routes = Self.keys.map { heavier.router.route($0.span) }
    #expect(routes.contains { $0.backup != nil } && routes.allSatisfy { $0.backup != $0.main })
  }

  @Test(arguments: [[], ["--distribution=modula"], ["--distribution=ketama"], ["-k"], ["--distribution=jump"]])
  func `of ejected servers each key goes to one that is there, and is still known as theirs`(rule: [String]) throws {
    let lines = rule + ["--eject", "-s", "10.0.0.1", "-s", "10.0.0.2", "-s", "10.0.0.3"]
    guard case .serve(let settings) = try ProxyCommandLine.read(lines) else {
      Issue.record("refused")
      return
    }
    let whole = KeyRouter(settings)
    var router = whole
    router.setEjected(1, true)
    var substitutes: Set<Int> = []
    for key in Self.keys {
      let (before, now) = (whole.route(key.span), router.route(key.span))
      #expect(now.main != 1)
      #expect(now.owner == (before.main == 1 ? 1 : -1))
      if before.main == 1 { substitutes.insert(now.main) }
    }
    #expect(substitutes == [0, 2])
    if rule.isEmpty || rule == ["-k"] {
      let moved = Self.keys.filter { key in
        let before = whole.route(key.span).main
        return before != 1 && router.route(key.span).main != before
      }
      #expect(moved.isEmpty)
    }
    router.setEjected(1, false)
    let different = Self.keys.filter { router.route($0.span) != whole.route($0.span) }
    #expect(different.isEmpty)
  }
}
