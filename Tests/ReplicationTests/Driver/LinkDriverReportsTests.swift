import Platform
import Synchronization
import Testing

@testable import Replication

/// Two real links, and what those who look at the pair are told over them.
@Suite("Reports over the link")
struct LinkDriverReportsTests {
  private final class Told: Sendable {
    let reports = Mutex<[PeerReport]>([])
    let answers = Mutex<[KeyAnswer?]>([])
  }

  private func pair(_ told: Told) throws -> (Daemon, Daemon) {
    let one = try Daemon(node: 1) { configuration in
      configuration.onReport = { report in told.reports.withLock { $0.append(report) } }
    }.start()
    try #require(eventually { one.address != nil })
    let other = try Daemon(node: 2, peer: one.address) { configuration in
      configuration.report = {
        var report = PeerReport()
        report[7] = 42
        return report
      }
    }.start()
    try #require(eventually { one.isStreaming && other.isStreaming })
    return (one, other)
  }

  @Test("Each side is told the other's numbers again and again") func numbers() throws {
    let told = Told()
    let (one, other) = try pair(told)
    defer { for daemon in [one, other] { daemon.kill() } }
    #expect(one.link.status.peerReports && other.link.status.peerReports)
    #expect(eventually { told.reports.withLock { $0.count } >= 2 })
    #expect(told.reports.withLock { $0.allSatisfy { $0[7] == 42 } })
  }

  @Test("A side tells what it holds under a key, and what it has deleted, or never had") func keys() throws {
    let told = Told()
    let (one, other) = try pair(told)
    defer { for daemon in [one, other] { daemon.kill() } }
    one.set("here", [1, 2, 3])
    #expect(eventually { other.get("here") != nil })
    for key in ["here", "nowhere"] {
      one.link.ask([UInt8](key.utf8)) { answer in told.answers.withLock { $0.append(answer) } }
    }
    #expect(eventually { told.answers.withLock { $0.count } == 2 })
    let answers = told.answers.withLock { $0 }
    #expect(answers[0]?.state == .live && answers[0]?.valueCount == 3 && answers[0]?.clientFlags == 3)
    #expect(answers[0]?.touched != 0 && answers[1]?.state == .absent)
  }

  @Test("Who asks while there is no peer, or for what is no key, is told so at once; and who waits, when the link goes")
  func nobody() throws {
    let told = Told()
    let alone = try Daemon(node: 3).start()
    defer { alone.kill() }
    try #require(eventually { alone.address != nil })
    let tell: @Sendable (KeyAnswer?) -> Void = { answer in told.answers.withLock { $0.append(answer) } }
    alone.link.ask([1], tell: tell)
    alone.link.ask([], tell: tell)
    alone.link.ask([UInt8](repeating: 1, count: 251), tell: tell)
    #expect(eventually { told.answers.withLock { $0.count } == 3 })
    #expect(told.answers.withLock { $0.allSatisfy { $0 == nil } })
  }

  @Test("The status tells of copies that have ended") func copies() throws {
    let told = Told()
    let (one, other) = try pair(told)
    defer { for daemon in [one, other] { daemon.kill() } }
    #expect(eventually { one.link.status.copyOut.endedAt > 0 && other.link.status.copyIn.endedAt > 0 })
    #expect(!one.link.status.copyOut.isUnderWay && !other.link.status.copyIn.isUnderWay)
  }
}
