import MemcacheProtocol
import Testing

@Suite("A retrieval longer than the buffer")
struct LongRetrievalTests {
  /// Plays a connection with a buffer of `capacity` bytes which receives at most `chunk` bytes at a time. Returns the
  /// keys that were served, the answer's last word, and what is left behind the line.
  private func serve(_ line: String, capacity: Int, chunk: Int) -> (keys: [String], outcome: String, rest: String) {
    var arriving = Array(line.utf8)[...]
    var buffer: [UInt8] = []
    var long: LongRetrieval?
    var keys: [String] = []
    var outcome = ""
    while true {
      let room = min(chunk, capacity - buffer.count, arriving.count)
      buffer += arriving.prefix(room)
      arriving = arriving.dropFirst(room)
      let isStuck = room == 0
      var offset = 0
      if long == nil {
        let isFull = buffer.count == capacity
        switch TextParser.parse(buffer.span, bufferIsFull: isFull) {
        case .longRetrieval(let retrieval, let count): (long, offset) = (retrieval, count)
        case .incomplete: if isStuck { return (keys, "stuck", "") }
        case .close: return (keys, "close", "")
        case .request(let request, _): return (keys, "whole " + describe(request, in: buffer.span), "")
        }
      }
      if var retrieval = long {
        steps: while true {
          switch retrieval.next(in: buffer.span, from: offset) {
          case .key(let range, let next):
            keys.append(string(range, in: buffer.span))
            offset = next
          case .incomplete(let next):
            if isStuck { return (keys, "stuck", "") }
            offset = next
            break steps
          case .refused(let error, let next): (outcome, offset) = ("\(error)", next)
          case .end(let next): return (keys, "END", String(decoding: buffer[next...] + arriving, as: UTF8.self))
          case .skipped(let next): return (keys, outcome, String(decoding: buffer[next...] + arriving, as: UTF8.self))
          }
        }
        long = retrieval
      }
      buffer.removeFirst(offset)
    }
  }

  @Test("serves a hundred thousand keys through a buffer of 64 KB, keys of every length")
  func many() {
    let keys = (0..<100_000).map { String(repeating: "k", count: $0 % 250 + 1) }
    let line = "get " + keys.joined(separator: " ") + "\r\nversion\r\n"
    let result = serve(line, capacity: 65_536, chunk: 65_536)
    #expect(result.keys == keys)
    #expect(result.outcome == "END")
    #expect(result.rest == "version\r\n")
  }

  @Test("serves keys whatever the sizes of the buffer and of what arrives", arguments: [1, 2, 3, 7, 64, 300])
  func everySplit(_ chunk: Int) {
    for verb in ["get", "gets", "gat 5", "gats -5"] {
      for ending in ["\r\n", "\n", " \r\n", "   \n"] {
        let keys = ["a", "bc", String(repeating: "d", count: 250), "e\tf", "g"]
        for capacity in 300...330 {
          let filler = String(repeating: " ", count: capacity)
          let line = verb + " " + keys.joined(separator: filler) + ending + "quit\r\n"
          let result = serve(line, capacity: capacity, chunk: chunk)
          #expect(result.keys == keys)
          #expect(result.outcome == "END")
          #expect(result.rest == "quit\r\n")
        }
      }
    }
  }

  @Test("refuses the whole command at a key of 251 bytes or more, and swallows the rest of the line")
  func tooLong() {
    for count in [251, 252, 253, 300, 5000] {
      for ending in ["\r\n", "\n", " more keys\r\n"] {
        let keys = String(repeating: "good ", count: 100)
        let line = "get " + keys + String(repeating: "x", count: count) + ending + "version\r\n"
        for chunk in [1, 13, 400] {
          let result = serve(line, capacity: 400, chunk: chunk)
          #expect(result.keys.count == 100)
          #expect(result.outcome == "badCommandLine")
          #expect(result.rest == "version\r\n")
        }
      }
    }
  }

  @Test("refuses a line without any key")
  func noKey() {
    for ending in ["\r\n", "\n"] {
      let line = "get " + String(repeating: " ", count: 1000) + ending + "version\r\n"
      let result = serve(line, capacity: 400, chunk: 50)
      #expect(result.keys.isEmpty)
      #expect(result.outcome == "badCommandLine")
      #expect(result.rest == "version\r\n")
    }
  }

  @Test("refuses a bad exptime and swallows the line")
  func badExptime() {
    let line = "gat x " + String(repeating: "key ", count: 1000) + "\r\nversion\r\n"
    let result = serve(line, capacity: 400, chunk: 50)
    #expect(result.keys.isEmpty)
    #expect(result.outcome == "invalidExptime")
    #expect(result.rest == "version\r\n")
  }

  @Test("refuses a line that begins with a space, as memcached does, and swallows it", arguments: ["get", "gat 0"])
  func indented(verb: String) {
    let line = "  \(verb) " + String(repeating: "key ", count: 1000) + "\r\nversion\r\n"
    let result = serve(line, capacity: 400, chunk: 50)
    #expect(result.keys.isEmpty)
    #expect(result.outcome == "unknownCommand")
    #expect(result.rest == "version\r\n")
  }

  @Test("closes when the head itself has no end")
  func endlessHead() {
    let line = "gat " + String(repeating: "1", count: 5000)
    #expect(serve(line, capacity: 4096, chunk: 4096).outcome == "close")
  }
}
