import Testing

@testable import CacheServer

/// Tests/EndToEndTests/Process/CheckTests has the program do it.
@Suite("What a check reports")
struct StartCheckTests {
  @Test("A line for each finding, its verdict before it; one that is wrong spoils all") func report() {
    var report = CheckReport()
    report.add(.good, "a")
    report.add(.note, "b")
    #expect(report.isGood && report.text == "ok     a\nnote   b\n")
    report.add(.wrong, "c")
    #expect(!report.isGood && report.text.hasSuffix("wrong  c\n"))
  }

  @Test("Without -x the peer is waited for; with neither a secret that is noted") func waiting() {
    var settings = Settings()
    var check = StartCheck(settings)
    check.checkFilesAndPeer()
    #expect(check.report.lines.map(\.verdict) == [.good, .good, .note])
    settings.peering.listenPort = 0
    check = StartCheck(settings)
    check.checkFilesAndPeer()
    #expect(check.report.lines.last?.text == "no peer is wanted: -X 0")
  }

  @Test("A unix socket's folder has to be there, and its file is left alone") func unixSocket() {
    var settings = Settings()
    (settings.unixSocket, settings.peering.listenPort) = ("/no/such/folder/socket", 0)
    var check = StartCheck(settings)
    check.checkSystem()
    #expect(check.report.lines.contains { $0.text == "-s /no/such/folder/socket: there is no such folder" })
    #expect(!check.report.isGood)
  }
}
