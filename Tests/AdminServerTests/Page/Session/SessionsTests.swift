import Testing

@testable import AdminServer

@Suite("Sessions")
struct SessionsTests {
  private final class Clock { var now: UInt64 = 1_000_000 }
  private let clock = Clock()
  private let sessions: Sessions

  init() {
    let clock = clock
    sessions = Sessions { clock.now }
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
    let parts = cookie.split(separator: ".").map(String.init)
    var forgeries = ["", "...", cookie + "0", cookie.uppercased(), Sessions().begin([97])]
    forgeries.append(([parts[0], "99999999999", parts[2], parts[3]]).joined(separator: "."))
    forgeries.append((["62", parts[1], parts[2], parts[3]]).joined(separator: "."))
    forgeries.append(([parts[0], parts[1], "1", parts[3]]).joined(separator: "."))
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
}
