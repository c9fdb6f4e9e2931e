import Testing

@testable import CacheServer

/// Every command and every error, whole, request by request, and byte by byte.
@Suite("Executing commands")
struct TextSessionCommandsTests {
  /// Requests and their answers, `|` for CRLF, of one connection to an empty cache.
  static let scripts: [[(String, String)]] = [
    // Storage and its answers.
    [
      ("set a 7 0 3|one|", "STORED|"), ("get a|", "VALUE a 7 3|one|END|"), ("add a 0 0 1|x|", "NOT_STORED|"),
      ("add b 1 0 2|bb|", "STORED|"), ("replace b 2 0 1|B|", "STORED|"), ("replace none 0 0 1|x|", "NOT_STORED|"),
      ("append a 9 9 2|++|", "STORED|"), ("prepend a 9 9 2|--|", "STORED|"),
      ("get a b|", "VALUE a 7 7|--one++|VALUE b 2 1|B|END|"),
      ("append none 0 0 1|x|", "NOT_STORED|"), ("prepend none 0 0 1|x|", "NOT_STORED|"),
      ("set empty 0 0 0||", "STORED|"), ("get empty|", "VALUE empty 0 0||END|"),
    ],
    // cas.
    [
      ("cas a 0 0 1 5|x|", "NOT_FOUND|"), ("set a 0 0 1|x|", "STORED|"), ("cas a 0 0 1 0|y|", "EXISTS|"),
      ("cas a 0 0 1 1|y|", "EXISTS|"), ("cas a 0 0 1 18446744073709551615|y|", "EXISTS|"),
      ("cas a 0 0 1 18446744073709551616|y|", "CLIENT_ERROR bad command line format|"),
      ("get a|", "VALUE a 0 1|x|END|"),
    ],
    // delete, incr, decr, touch, gat.
    [
      ("delete a|", "NOT_FOUND|"), ("set n 0 0 2|10|", "STORED|"), ("incr n 5|", "15|"), ("decr n 6|", "9|"),
      ("get n|", "VALUE n 0 1|9|END|"), ("decr n 100|", "0|"),
      ("incr n 18446744073709551615|", "18446744073709551615|"),
      ("incr n 2|", "1|"), ("incr none 1|", "NOT_FOUND|"), ("decr none 1|", "NOT_FOUND|"),
      ("incr n x|", "CLIENT_ERROR invalid numeric delta argument|"), ("set t 0 0 1|x|", "STORED|"),
      ("incr t 1|", "CLIENT_ERROR cannot increment or decrement non-numeric value|"), ("touch t 100|", "TOUCHED|"),
      ("touch none 100|", "NOT_FOUND|"), ("touch t x|", "CLIENT_ERROR invalid exptime argument|"),
      ("gat 100 t none n|", "VALUE t 0 1|x|VALUE n 0 1|1|END|"), ("gat x t|", "CLIENT_ERROR invalid exptime argument|"),
      ("delete t|", "DELETED|"), ("delete n 0|", "DELETED|"), ("get t n|", "END|"),
      ("delete t 5|", "NOT_FOUND|"),
    ],
    // Expiry.
    [
      ("set a 0 -1 1|x|", "STORED|"), ("get a|", "END|"), ("set a 0 1000000000 1|x|", "STORED|"), ("get a|", "END|"),
      ("set a 0 100 1|x|", "STORED|"), ("get a|", "VALUE a 0 1|x|END|"), ("touch a -1|", "TOUCHED|"),
      ("get a|", "END|"),
      ("set a 0 0 1|x|", "STORED|"), ("gat -1 a|", "VALUE a 0 1|x|END|"), ("get a|", "END|"),
    ],
    // flush_all.
    [
      ("set a 0 0 1|x|", "STORED|"), ("flush_all 1000|", "OK|"), ("get a|", "VALUE a 0 1|x|END|"),
      ("flush_all |", "OK|"),
      ("get a|", "END|"), ("set a 0 0 1|x|", "STORED|"), ("get a|", "VALUE a 0 1|x|END|"), ("flush_all -1|", "OK|"),
      ("get a|", "END|"), ("flush_all x|", "CLIENT_ERROR invalid exptime argument|"), ("flush_all 0 noreply|", ""),
    ],
    // noreply silences answers and errors.
    [
      ("set a 0 0 1 noreply|1|", ""), ("add a 0 0 1 noreply|1|", ""), ("incr a 1 noreply|", ""),
      ("decr a 1 noreply|", ""),
      ("incr a x noreply|", ""), ("touch a 0 noreply|", ""), ("append a 0 0 1 noreply|0|", ""),
      ("get a|", "VALUE a 0 2|10|END|"),
      ("delete a noreply|", ""), ("get a|", "END|"), ("set a 0 0 9999999 noreply|", ""),
      (String(repeating: "x", count: 9_999_999) + "|", ""), ("flush_all noreply|", ""), ("verbosity 0 noreply|", ""),
      ("version|", "\(versionLine)|"),
    ],
    // Administration.
    [
      ("version|", "\(versionLine)|"), ("verbosity 1|", "OK|"), ("verbosity|", "CLIENT_ERROR bad command line format|"),
      ("verbosity x|", "CLIENT_ERROR bad command line format|"), ("shutdown|", "SERVER_ERROR: shutdown not enabled|"),
      ("stats reset|", "RESET|"), ("stats nothing|", "ERROR|"), ("stats extstore|", "END|"), ("stats ext|", "END|"),
      ("refresh_certs|", "Error TLS not enabled|"),
      ("stats detail|", "CLIENT_ERROR usage: stats detail on\\|off\\|dump|"),
      ("stats detail onx|", "CLIENT_ERROR usage: stats detail on\\|off\\|dump|"),
      ("stats d d|", "END|"),
    ],
    // slabs.
    [
      ("slabs reassign 1 2|", "NOSPARE source class has no spare pages|"),
      ("slabs reassign 31 31|", "SAME src and dst class are identical|"),
      ("slabs reassign -1 5|", "BADCLASS invalid src or dst class id|"),
      ("slabs reassign 99 1|", "BADCLASS invalid src or dst class id|"),
      ("slabs reassign a b|", "CLIENT_ERROR bad command line format|"), ("slabs reassign 1 2 3|", "ERROR|"),
      ("slabs automove 2|", "OK|"), ("slabs automove 3|", "ERROR|"), ("slabs automove freeratio 0.1|", "OK|"),
      ("slabs automove window 2|", "CLIENT_ERROR automove window too low or too high|"),
      ("slabs automove 1 noreply|", ""), ("slabs|", "ERROR|"),
    ],
    // Lines that are no command.
    [
      ("nonsense|", "ERROR|"), ("|", "CLIENT_ERROR bad command line format|"),
      ("get|", "CLIENT_ERROR bad command line format|"),
      ("set a|", "CLIENT_ERROR bad command line format|"), ("delete|", "CLIENT_ERROR bad command line format|"),
      ("GET a|", "ERROR|"), ("incr a|", "CLIENT_ERROR bad command line format|"), ("version\n", "\(versionLine)|"),
    ],
    // Data blocks of refused commands are swallowed, those of unknown length are not.
    [
      ("set a x 0 4|quit|", "CLIENT_ERROR bad command line format|"),
      ("set a 0 x 4|quit|", "CLIENT_ERROR bad command line format|"),
      ("set \(String(repeating: "k", count: 251)) 0 0 4|quit|", "CLIENT_ERROR bad command line format|"),
      ("cas a 0 0 4 x|quit|", "CLIENT_ERROR bad command line format|"),
      ("set a 0 0 -1|", "CLIENT_ERROR bad command line format|"),
      ("set a 0 0 99999999999|", "CLIENT_ERROR bad command line format|"),
      ("set a 0 0 4294967295|", "CLIENT_ERROR bad command line format|"),
      ("set a 0 0 x|", "CLIENT_ERROR bad command line format|"),
      ("set a 4294967296x 0 4|quit|", "CLIENT_ERROR bad command line format|"),
      ("set \(String(repeating: "k", count: 250)) 0 0 4|quit|", "STORED|"),
    ],
    // A block with a wrong end: what follows is the next command.
    [
      ("set a 0 0 3|onexx", "CLIENT_ERROR bad data chunk|"), ("get a|", "END|"),
      ("set a 0 0 3|one|", "STORED|"),
      ("set a 0 0 1|two|", "CLIENT_ERROR bad data chunk|CLIENT_ERROR bad command line format|"),
    ],
    // A key over 250 bytes ends the whole reply.
    [
      ("set a 0 0 1|x|", "STORED|"),
      ("get a \(String(repeating: "k", count: 251)) a|", "CLIENT_ERROR bad command line format|"),
      ("get a \(String(repeating: "k", count: 250)) a|", "VALUE a 0 1|x|VALUE a 0 1|x|END|"),
      ("gat 0 a \(String(repeating: "k", count: 251)) a|", "CLIENT_ERROR bad command line format|"),
    ],
    // Too large: the old value goes.
    [
      ("set a 0 0 1|x|", "STORED|"),
      (
        "set a 0 0 2000000|" + String(repeating: "x", count: 2_000_000) + "|",
        "SERVER_ERROR object too large for cache|"
      ),
      ("get a|", "END|"), ("version|", "\(versionLine)|"),
    ],
  ]

  /// Megabytes byte by byte would take long and show nothing.
  static func isShort(_ number: Int) -> Bool { scripts[number].allSatisfy { $0.0.utf8.count < 10_000 } }

  static func expand(_ text: String) -> [UInt8] {
    [UInt8](text.replacing("\\|", with: "\u{1}").replacing("|", with: "\r\n").replacing("\u{1}", with: "|").utf8)
  }

  @Test("Commands that come one by one are answered", arguments: scripts.indices)
  func oneByOne(number: Int) throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    for (request, answer) in Self.scripts[number] {
      #expect(client.ask(Self.expand(request)) == Self.expand(answer), "\(request.prefix(60))")
    }
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("Commands that come all at once are answered in order", arguments: scripts.indices)
  func pipelined(number: Int) throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    let answer = client.ask(Self.scripts[number].flatMap { Self.expand($0.0) })
    #expect(answer == Self.scripts[number].flatMap { Self.expand($0.1) })
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("Commands that come byte by byte are answered", arguments: scripts.indices.filter(isShort))
  func dripFed(number: Int) throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    for (request, answer) in Self.scripts[number] {
      let bytes = Self.expand(request)
      for position in bytes.indices {
        #expect(client.offer(bytes[position...position]) == 1)
        rig.turn()
      }
      client.readAll()
      #expect(client.take() == Self.expand(answer), "\(request.prefix(60))")
    }
  }

  @Test("gets tells a stamp that cas takes, once") func cas() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    _ = client.ask("set a 0 0 1\r\nx\r\n")
    let words = client.ask("gets a\r\n").split(whereSeparator: { $0 == " " || $0 == "\r\n" })
    let stamp = try #require(UInt64(words[4]))
    #expect(stamp > 0 && stamp < 1 << 63)
    #expect(client.ask("cas a 0 0 1 \(stamp)\r\ny\r\n") == "STORED\r\n")
    #expect(client.ask("cas a 0 0 1 \(stamp)\r\nz\r\n") == "EXISTS\r\n")
    #expect(client.ask("gats 0 a\r\n").hasPrefix("VALUE a 0 1 "))
  }

  @Test("quit closes, and what was asked before is answered") func quit() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    #expect(client.ask("version\r\nquit\r\nversion\r\n") == "\(versionLine)\r\n")
    client.readAll()
    #expect(client.isAtEnd)
    #expect(rig.context.connectionCount == 0)
  }

  @Test(
    "A line that speaks HTTP, and one without end, close",
    arguments: ["GET / HTTP/1.1\r\n", String(repeating: "x", count: 2049)])
  func closes(input: String) throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    client.send(input)
    client.readAll()
    #expect(client.isAtEnd)
    #expect(rig.counters[.bytesRead] > 0)
  }

  @Test("A line that begins with a known word does not close, whatever follows") func knownWord() throws {
    let client = try WorkerRig().client()
    #expect(client.ask("version HTTP/1.1\r\nversion\r\n") == "\(versionLine)\r\n\(versionLine)\r\n")
    #expect(!client.isAtEnd)
  }

  @Test("With -F flush_all is refused, and counted") func noFlush() throws {
    let rig = try WorkerRig { $0.isFlushCommandEnabled = false }
    let client = try rig.client()
    #expect(client.ask("set a 0 0 1\r\nx\r\nflush_all\r\n") == "STORED\r\nCLIENT_ERROR flush_all not allowed\r\n")
    #expect(client.ask("flush_all noreply\r\nget a\r\n") == "VALUE a 0 1\r\nx\r\nEND\r\n")
    #expect(rig.counters[.cmdFlush] == 2)
  }

  @Test("With -A shutdown closes and rings the main thread", arguments: ["shutdown\r\n", "shutdown graceful\r\n"])
  func shutdown(command: String) throws {
    let rig = try WorkerRig { $0.isShutdownCommandEnabled = true }
    let calls = LogLines()
    rig.context.setHooks { $0.shutdown = { calls.add("shutdown") } }
    let client = try rig.client()
    #expect(client.ask("shutdown now\r\n") == "CLIENT_ERROR invalid shutdown mode\r\n")
    #expect(calls.all == [])
    #expect(client.ask(command) == "")
    #expect(client.isAtEnd)
    #expect(calls.all == ["shutdown"])
  }

  @Test("With -C gets shows 0") func noCAS() throws {
    let rig = try WorkerRig { $0.isCASEnabled = false }
    let client = try rig.client()
    #expect(client.ask("set a 0 0 1\r\nx\r\ngets a\r\n") == "STORED\r\nVALUE a 0 1 0\r\nx\r\nEND\r\n")
  }
}
