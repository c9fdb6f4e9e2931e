import MemcacheProtocol
import Testing

@Suite("The text parser")
struct TextParserTests {
  /// The table of errors in docs/protocol.md, line by line.
  static let errorTable: [(line: String, reading: String)] = [
    // Unknown commands
    ("foo\r\n", "refused unknownCommand"),
    ("foo bar baz\r\n", "refused unknownCommand"),
    ("GET a\r\n", "refused unknownCommand"),
    ("gett a\r\n", "refused unknownCommand"),
    ("ge\r\n", "refused unknownCommand"),
    ("versions\r\n", "refused unknownCommand"),
    ("flush_all0\r\n", "refused unknownCommand"),
    ("flush_alk\r\n", "refused unknownCommand"),
    ("verbosit\r\n", "refused unknownCommand"),
    ("\0\0\r\n", "refused unknownCommand"),
    ("\rversion\r\n", "refused unknownCommand"),
    ("foo noreply\r\n", "refused unknownCommand silenced"),
    ("noreply\r\n", "refused unknownCommand silenced"),
    // Spaces before a command
    (" get a\r\n", "refused unknownCommand"),
    (" gets a\r\n", "refused unknownCommand"),
    (" gat 0 a\r\n", "refused unknownCommand"),
    (" set k 0 0 1\r\n", "refused unknownCommand"),
    (" set k 0 0 1 noreply\r\n", "refused unknownCommand silenced"),
    ("  delete k\r\n", "refused unknownCommand"),
    (" incr k 1\r\n", "refused unknownCommand"),
    (" touch k 1\r\n", "refused unknownCommand"),
    (" version\r\n", "refused unknownCommand"),
    (" stats\r\n", "refused unknownCommand"),
    (" quit\r\n", "refused unknownCommand"),
    (" POST / HTTP/1.1\r\n", "close"),
    ("  \r\n", "refused unknownCommand"),
    ("         \r\n", "refused unknownCommand"),
    // Empty lines and too few words
    ("\n", "refused badCommandLine"),
    ("\r\n", "refused badCommandLine"),
    (" \r\n", "refused badCommandLine"),
    ("a\r\n", "refused badCommandLine"),
    ("ab\n", "refused badCommandLine"),
    ("get\r\n", "refused badCommandLine"),
    ("get \r\n", "refused badCommandLine"),
    ("get      \r\n", "refused badCommandLine"),
    ("gets\r\n", "refused badCommandLine"),
    ("gat\r\n", "refused badCommandLine"),
    ("gat 0\r\n", "refused badCommandLine"),
    ("gat abc\r\n", "refused badCommandLine"),
    ("gats 0 \r\n", "refused badCommandLine"),
    ("set\r\n", "refused badCommandLine"),
    ("set k\r\n", "refused badCommandLine"),
    ("set k 0\r\n", "refused badCommandLine"),
    ("set k 0 0\r\n", "refused badCommandLine"),
    ("set k 0 0 \r\n", "refused badCommandLine"),
    ("set k noreply\r\n", "refused badCommandLine"),
    ("cas k 0 0\r\n", "refused badCommandLine"),
    ("delete\r\n", "refused badCommandLine"),
    ("incr\r\n", "refused badCommandLine"),
    ("decr k\r\n", "refused badCommandLine"),
    ("touch k\r\n", "refused badCommandLine"),
    ("verbosity\r\n", "refused badCommandLine"),
    // A storage command with a bad key, flags, exptime or cas: the data block is swallowed
    ("set \(tooLongKey) 0 0 3\r\n", "refused badCommandLine swallow 5"),
    ("set k x 0 3\r\n", "refused badCommandLine swallow 5"),
    ("set k -1 0 3\r\n", "refused badCommandLine swallow 5"),
    ("set k -18446744073709551616 0 3\r\n", "refused badCommandLine swallow 5"),
    ("set k 0 x 3\r\n", "refused badCommandLine swallow 5"),
    ("set k 0 1x 3\r\n", "refused badCommandLine swallow 5"),
    ("set k 0 99999999999999999999 3\r\n", "refused badCommandLine swallow 5"),
    ("cas k 0 0 3\r\n", "refused badCommandLine swallow 5"),
    ("cas k 0 0 3 x\r\n", "refused badCommandLine swallow 5"),
    ("cas k 0 0 3 -1\r\n", "refused badCommandLine swallow 5"),
    ("cas k 0 0 3 18446744073709551616\r\n", "refused badCommandLine swallow 5"),
    ("cas k 0 0 3 noreply\r\n", "refused badCommandLine silenced swallow 5"),
    ("set k x 0 3 noreply\r\n", "refused badCommandLine silenced swallow 5"),
    // A bad, negative or absurd length: nothing can be swallowed
    ("set k 0 0 x\r\n", "refused badCommandLine"),
    ("set k 0 0 1x\r\n", "refused badCommandLine"),
    ("set k 0 0 -1\r\n", "refused badCommandLine"),
    ("set k 0 0 2147483646\r\n", "refused badCommandLine"),
    ("set k 0 0 99999999999\r\n", "refused badCommandLine"),
    ("set k 0 0 99999999999999999999\r\n", "refused badCommandLine"),
    ("set k 0 0 18446744073709551615\r\n", "refused badCommandLine"),
    ("set k x x -1\r\n", "refused badCommandLine"),
    ("set \(tooLongKey) 0 0 x\r\n", "refused badCommandLine"),
    ("set k 0 0 +1\r\n", "refused badCommandLine"),
    ("set k 0 0 000000000001\r\n", "refused badCommandLine"),
    ("set k 0 0 -1 noreply\r\n", "refused badCommandLine"),
    ("set k 0 0 noreply\r\n", "refused badCommandLine"),
    ("cas k 0 0 3 +1\r\n", "refused badCommandLine swallow 5"),
    // Keys of 251 bytes
    ("get \(tooLongKey)\r\n", "refused badCommandLine"),
    ("get a \(tooLongKey) b\r\n", "get a tooLong"),
    ("gat 0 \(tooLongKey)\r\n", "refused badCommandLine"),
    ("delete \(tooLongKey)\r\n", "refused badCommandLine"),
    ("delete \(tooLongKey) noreply\r\n", "refused badCommandLine silenced"),
    ("incr \(tooLongKey) x\r\n", "refused badCommandLine"),
    ("touch \(tooLongKey) x\r\n", "refused badCommandLine"),
    // Bad numbers
    ("incr k abc\r\n", "refused invalidDelta"),
    ("incr k -1\r\n", "refused invalidDelta"),
    ("incr k +1\r\n", "refused invalidDelta"),
    ("incr k 1\t\r\n", "refused invalidDelta"),
    ("decr k 1x\r\n", "refused invalidDelta"),
    ("incr k 18446744073709551616\r\n", "refused invalidDelta"),
    ("incr k abc noreply\r\n", "refused invalidDelta silenced"),
    ("incr k noreply\r\n", "refused invalidDelta silenced"),
    ("touch k abc\r\n", "refused invalidExptime"),
    ("touch k 0x\r\n", "refused invalidExptime"),
    ("touch k +1\r\n", "refused invalidExptime"),
    ("touch k 2147483648\r\n", "refused invalidExptime"),
    ("touch k 99999999999\r\n", "refused invalidExptime"),
    ("gat +1 k\r\n", "refused invalidExptime"),
    ("gat 2147483648 k\r\n", "refused invalidExptime"),
    ("flush_all +1\r\n", "refused invalidExptime"),
    ("flush_all 99999999999\r\n", "refused invalidExptime"),
    ("verbosity +1\r\n", "refused badCommandLine"),
    ("touch k abc noreply\r\n", "refused invalidExptime silenced"),
    ("gat abc k\r\n", "refused invalidExptime"),
    ("gats x \(tooLongKey)\r\n", "refused invalidExptime"),
    ("flush_all abc\r\n", "refused invalidExptime"),
    ("flush_all abc noreply\r\n", "refused invalidExptime silenced"),
    ("flush_all noreply 5\r\n", "refused invalidExptime"),
    ("verbosity x\r\n", "refused badCommandLine"),
    ("verbosity -1\r\n", "refused badCommandLine"),
    ("verbosity noreply\r\n", "refused badCommandLine silenced"),
    // Cross-protocol requests
    ("POST / HTTP/1.1\r\n", "close"),
    ("GET / HTTP/\n", "close"),
    ("HTTP/1.1\r\n", "close"),
    ("foo HTTP/1.1 \r\n", "close"),
    ("POST / HTTP/1.1 x\r\n", "refused unknownCommand"),
    ("POST /HTTP/\r\n", "refused unknownCommand"),
    ("get / HTTP/1.1\r\n", "get / HTTP/1.1"),
  ]

  @Test("answers each line of the error table as memcached 1.6 does", arguments: errorTable)
  func errors(_ line: String, _ reading: String) {
    expect(line, isReadAs: reading)
  }

  @Test("closes on a line of more than 2048 bytes that is no retrieval")
  func endlessLine() {
    for start in ["", "x", "set ", "delete ", "get", "gett ", String(repeating: " ", count: 101) + "get "] {
      let padding = String(repeating: "x", count: 2048 - start.utf8.count)
      #expect(reading(of: start + padding) == "incomplete")
      #expect(reading(of: start + padding + "x") == "close")
      #expect(reading(of: start + padding, bufferIsFull: true) != "close")
    }
  }

  @Test("waits for the end of a long retrieval as long as the buffer has room")
  func longRetrievalWaits() {
    for start in ["get ", "gets ", "gat 0 ", "gats 0 ", "   get "] {
      let line = start + String(repeating: "key ", count: 1000)
      #expect(reading(of: line) == "incomplete")
      #expect(reading(of: line, bufferIsFull: true).hasPrefix("long"))
    }
  }

  @Test("takes a whole long line of any command, once its newline is there")
  func longLineWithEnd() {
    let line = "delete " + String(repeating: "k", count: 3000)
    #expect(reading(of: line + "\r\n") == "refused badCommandLine")
    #expect(reading(of: line) == "close")
  }

  @Test("says incomplete of nothing at all")
  func empty() {
    #expect(reading(of: "") == "incomplete")
    let bytes = Array("version\r\n".utf8)
    #expect(TextParser.parse(bytes.span, from: 9) == .incomplete)
  }

  @Test("keeps a request small")
  func size() {
    #expect(MemoryLayout<TextParse>.size <= 56)
  }

  @Test("reads a hundred thousand pipelined commands one after the other")
  func pipeline() {
    let commands = [("get a\r\n", "get a"), ("delete b noreply\n", "delete b noreply"), ("incr n 5\r\n", "incr n 5")]
    var bytes: [UInt8] = []
    for index in 0..<100_000 { bytes += commands[index % 3].0.utf8 }
    var offset = 0
    for index in 0..<100_000 {
      let parse = TextParser.parse(bytes.span, from: offset)
      guard case .request(_, let count) = parse, describe(parse, in: bytes.span) == commands[index % 3].1 else {
        Issue.record("command \(index): \(describe(parse, in: bytes.span))")
        return
      }
      offset += count
    }
    #expect(offset == bytes.count)
  }
}
