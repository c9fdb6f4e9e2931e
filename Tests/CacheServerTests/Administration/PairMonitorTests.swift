import Replication
import Testing

@testable import CacheServer

@Suite("What is known of the pair")
struct PairMonitorTests {
  private let talk = PairMonitor()

  private func report(_ fields: [SideNumber: UInt64]) -> PeerReport {
    var report = PeerReport()
    for (number, value) in fields { report[number.rawValue] = value }
    return report
  }

  @Test("All numbers of a side find room in a report, each under its own kind") func kinds() {
    #expect(SideNumber.allCases.count <= PeerReport.maxFields)
    #expect(Set(SideNumber.allCases.map(\.rawValue)).count == SideNumber.allCases.count)
  }

  @Test("The peer's numbers count as long as they are young") func age() {
    talk.received(report([.items: 7]), at: 1_000_000)
    #expect(talk.peer(at: 5_000_000)?[.items] == 7)
    #expect(talk.peer(at: 6_000_001) == nil)
  }

  @Test("The last lines are kept, cut where they are long") func lines() {
    for number in 0..<100 { talk.note("line \(number)", isWarning: number == 99, at: 1) }
    talk.note("e" + String(repeating: "\u{301}", count: 10_000), isWarning: false, at: 2)
    #expect(talk.lines.last.map { $0.text.utf8.count <= 403 } == true, "one character of many bytes")
    talk.note(String(repeating: "x", count: 10_000), isWarning: false, at: 2)
    #expect(talk.lines.count == 40 && talk.lines.first?.text == "line 62")
    #expect(talk.lines.last?.text.count == 400 && talk.lines[37].isWarning)
  }

  @Test("Digests are compared when both were made for the same question") func digests() {
    #expect(talk.digests == .notAsked && talk.digestWanted() == nil)
    talk.askDigests(at: 1000)
    #expect(talk.digests == .underWay)
    let wanted = talk.digestWanted()
    #expect(wanted?.page == 1000)
    talk.made(PairMonitor.Digest(sum: 5, items: 2), for: (1000, 0))
    #expect(talk.digestWanted() == nil && talk.digests == .localOnly(5))
    talk.received(report([.digestMadeFor: 999, .digest: 5]), at: 1)
    #expect(talk.digests == .underWay, "that was for a question before")
    talk.received(report([.digestMadeFor: 1000, .digest: 6, .digestItems: 3]), at: 1)
    #expect(talk.digests == .both(5, 6, items: 2, 3))
  }

  @Test("A digest that the peer wants is made, and told with its number") func peerWants() {
    talk.received(report([.digestWanted: 77]), at: 1)
    #expect(talk.digestWanted()?.peer == 77)
    talk.made(PairMonitor.Digest(sum: 9, items: 4), for: (0, 77))
    #expect(talk.digestWanted() == nil)
    var numbers = SideNumbers()
    talk.addDigest(&numbers)
    #expect(numbers[.digestMadeFor] == 77 && numbers[.digest] == 9 && numbers[.digestItems] == 4)
  }

  @Test("A version is told in four parts") func version() {
    var numbers = SideNumbers()
    numbers[.version] = Statistics.packedVersion
    let told = numbers.versionWord ?? ""
    #expect(Settings.version.description.hasPrefix(told) && told.split(separator: ".").count == 3)
  }
}
