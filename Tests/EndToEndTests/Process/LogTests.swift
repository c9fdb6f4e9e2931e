import Foundation
import Testing

/// The log is for who reads it, and nobody waits for him.
@Suite("A log that nobody reads", .serialized, .enabled(if: Executable.isRepcached, "memcached's log is another"))
struct LogTests {
  let rig = Rig()

  /// A daemon whose standard error is a pipe that stays open and that nobody reads.
  private func unreadDaemon(_ pipe: String, _ options: [String]) throws -> Daemon {
    let port = try FreePorts.next()
    let shell = "mkfifo '\(pipe)' && exec \"$0\" \"$@\" 2<>'\(pipe)'"
    let daemon = try rig.launch(
      shell: shell, exactly: ["-l", "127.0.0.1", "-p", "\(port)", "-vv"] + options, endpoint: .local(port))
    #expect(daemon.becomesReady())
    return daemon
  }

  @Test("keeps no client waiting and no link thread; what was dropped is counted, and said when it is read again")
  func unread() throws {
    let pipe = try rig.folder().file("log")
    let listenPort = try FreePorts.next()
    let daemon = try unreadDaemon(pipe, ["-X", "\(listenPort)"])
    let client = try daemon.client()
    let line = "get " + String(repeating: "k", count: 200) + "\r\n"
    // Far more than the pipe and the queue take.
    for _ in 0..<30 { _ = try client.ask(String(repeating: line, count: 500) + "mn\r\n", until: "MN\r\n") }
    let dropped = try #require(Int(try client.statistic("log_lines_dropped") ?? ""))
    #expect(dropped > 1_000)

    // The link thread says many a line, and the pair comes about.
    let peer = try rig.daemon("-X", "\(try FreePorts.next()):\(listenPort)", "-x", "127.0.0.1")
    try peer.mustStream()
    #expect(try settled(on: "stream") { try client.linkStatistic("state") } == "stream")

    let reading = Background.start {
      guard let reader = FileHandle(forReadingAtPath: pipe) else { throw RigError("no pipe at \(pipe)") }
      var text = ""
      while !text.suffix(70_000).contains("log lines dropped\n") {
        let piece = reader.availableData
        if piece.isEmpty { throw RigError("the daemon is gone") }
        text += String(decoding: piece, as: UTF8.self)
      }
      return text
    }
    let text = try reading.value()
    #expect(text.contains("repcached: warning: ") && text.contains("replication: listen\n"))
    #expect(daemon.end() == .exited(0))
  }

  @Test("does not keep the daemon from its end") func ending() throws {
    let pipe = try rig.folder().file("log")
    let daemon = try unreadDaemon(pipe, ["-X", "0"])
    let client = try daemon.client()
    _ = try client.ask(String(repeating: "get key\r\n", count: 20_000) + "mn\r\n", until: "MN\r\n")
    #expect(daemon.end(.within(.seconds(10))) == .exited(0))
  }
}
