import Testing

@testable import AdminServer

@Suite("Sessions")
struct SessionsTests {
  private final class Clock { var now: UInt64 = 1_000_000 }
  private let clock = Clock()
  private let sessions: Sessions

  init() {
    let clock = clock
    sessions = Sessions(unixSeconds: { clock.now })
  }

  @Test("A cookie tells who it is, until its time is over") func life() throws {
    let cookie = sessions.begin([UInt8]("käse.x".utf8))
    #expect(try #require(sessions.session(cookie)).user == "käse.x")
    clock.now += Sessions.lifeSeconds - 1
    #expect(sessions.session(cookie) != nil)
    clock.now += 1
    #expect(sessions.session(cookie) == nil)
  }

  @Test("A cookie that was changed, or is of another process, is none") func forged() {
    let cookie = sessions.begin([97])
    let parts = cookie.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    var forgeries = ["", "...", cookie + "0", cookie.uppercased(), Sessions().begin([97])]
    for (place, other) in [(0, "62"), (1, "99999999999"), (2, "2"), (3, "aa"), (4, "aa")] {
      var forged = parts
      forged[place] = other
      forgeries.append(forged.joined(separator: "."))
    }
    forgeries.append(parts.dropLast().joined(separator: "."))
    for forgery in forgeries { #expect(sessions.session(forgery) == nil, "\(forgery)") }
  }

  @Test("Who has logged out is out") func logout() throws {
    let (cookie, other) = (sessions.begin([97]), sessions.begin([97]))
    sessions.end(try #require(sessions.session(cookie)))
    #expect(sessions.session(cookie) == nil && sessions.session(other) != nil)
  }

  @Test("A token is its session's own") func tokens() throws {
    let one = try #require(sessions.session(sessions.begin([97])))
    let other = try #require(sessions.session(sessions.begin([97])))
    #expect(sessions.isToken(sessions.token(one), of: one))
    for token in [sessions.token(other), "", "x"] { #expect(!sessions.isToken(token, of: one)) }
  }

  @Test("Who has logged out is out, however many have before; who came in later is not") func manyLogouts() throws {
    let early = sessions.begin([97])
    let logouts = (0..<Sessions.maxEnded + 200).map { _ in sessions.begin([97]) }
    let late = sessions.begin([97])
    for cookie in logouts { sessions.end(try #require(sessions.session(cookie))) }
    #expect(logouts.allSatisfy { sessions.session($0) == nil })
    #expect(sessions.session(late) != nil && sessions.session(early) == nil)
  }

  @Test("A session lasts as long as its user with his password") func users() throws {
    final class Users { var marks: Set<[UInt8]> = [[1], [2]] }
    let users = Users()
    let sessions = Sessions(isCurrent: { users.marks.contains($0) })
    let (one, other) = (sessions.begin([97], mark: [1]), sessions.begin([98], mark: [2]))
    #expect(sessions.session(one) != nil && sessions.session(other) != nil)
    users.marks = [[2], [3]]
    #expect(sessions.session(one) == nil && sessions.session(other) != nil)
  }

  @Test("Two daemons of one host have two cookies") func names() {
    let digits = sessions.cookieName.dropFirst("repcached-".count)
    #expect(sessions.cookieName.hasPrefix("repcached-") && digits.count == 8 && digits.allSatisfy(\.isHexDigit))
    #expect(Sessions().cookieName != sessions.cookieName)
  }
}
