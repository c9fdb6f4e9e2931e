import MemcacheProtocol
import Testing

@Suite("Answers of the text protocol")
struct TextResponseTests {
  @Test("are, byte for byte, memcached's error lines, but for what it does not have")
  func errors() {
    let lines: [TextError: String] = [
      .unknownCommand: "ERROR",
      .badCommandLine: "CLIENT_ERROR bad command line format",
      .badDataChunk: "CLIENT_ERROR bad data chunk",
      .invalidExptime: "CLIENT_ERROR invalid exptime argument",
      .invalidDelta: "CLIENT_ERROR invalid numeric delta argument",
      .nonNumeric: "CLIENT_ERROR cannot increment or decrement non-numeric value",
      .tooLarge: "SERVER_ERROR object too large for cache",
      .outOfMemoryStoring: "SERVER_ERROR out of memory storing object",
      .outOfMemory: "SERVER_ERROR out of memory",
      .flushNotAllowed: "CLIENT_ERROR flush_all not allowed",
      .shutdownNotEnabled: "SERVER_ERROR: shutdown not enabled",
      .invalidShutdownMode: "CLIENT_ERROR invalid shutdown mode",
      .automoveWindow: "CLIENT_ERROR automove window too low or too high",
      .tooManyConnections: "ERROR Too many open connections",
      .optionsTooLong: "CLIENT_ERROR options flags are too long",
      .duplicateFlag: "CLIENT_ERROR duplicate flag",
      .invalidFlag: "CLIENT_ERROR invalid flag",
      .invalidOrDuplicateFlag: "CLIENT_ERROR invalid or duplicate flag",
      .badToken: "CLIENT_ERROR bad token in command line format",
      .errorDecodingKey: "CLIENT_ERROR error decoding key",
      .opaqueTooLong: "CLIENT_ERROR opaque token too long",
      .invalidInitialValue: "CLIENT_ERROR invalid numeric initial value",
      .invalidDeltaValue: "CLIENT_ERROR invalid numeric delta value",
      .invalidStoreMode: "CLIENT_ERROR invalid mode for ms M token",
      .invalidArithmeticMode: "CLIENT_ERROR invalid mode for ma M token",
      .tooManyReaders: "SERVER_ERROR refcount overflow during fetch",
      .refusedByPeer: "SERVER_ERROR not stored: the peer refused it",
      .replicationUsage: "CLIENT_ERROR usage: replication peer HOST[:PORT]|none",
      .unauthenticated: "CLIENT_ERROR unauthenticated", .authTokenTooLong: "CLIENT_ERROR auth token too long",
      .authBadTermination: "CLIENT_ERROR bad command line termination",
      .authBadToken: "CLIENT_ERROR bad authentication token format",
      .authFailure: "CLIENT_ERROR authentication failure",
      .notFromHere: "CLIENT_ERROR only clients on the same host may do that",
      .replyTooLarge: "SERVER_ERROR reply too large for UDP",
    ]
    #expect(lines.count == TextError.allCases.count)
    for error in TextError.allCases {
      var sink = ArraySink()
      TextResponse.write(error, to: &sink)
      #expect(sink.text == (lines[error] ?? "") + "\r\n")
      #expect(sink.bytes.count <= TextResponse.maxLineCount)
    }
  }

  @Test("are, byte for byte, memcached's plain lines")
  func answers() {
    let lines: [TextAnswer: String] = [
      .end: "END", .stored: "STORED", .notStored: "NOT_STORED", .exists: "EXISTS", .notFound: "NOT_FOUND",
      .deleted: "DELETED", .touched: "TOUCHED", .ok: "OK", .reset: "RESET",
    ]
    #expect(lines.count == TextAnswer.allCases.count)
    for answer in TextAnswer.allCases {
      var sink = ArraySink()
      TextResponse.write(answer, to: &sink)
      #expect(sink.text == (lines[answer] ?? "") + "\r\n")
    }
  }

  @Test("write values with and without the CAS unique")
  func values() {
    let key = Array("k1".utf8)
    let value = Array("abc\r\n".utf8)
    var sink = ArraySink()
    TextResponse.writeValue(value.span, key: key.span, flags: 0, casUnique: nil, to: &sink)
    TextResponse.writeValue(value.span, key: key.span, flags: 4_294_967_295, casUnique: 7, to: &sink)
    TextResponse.write(.end, to: &sink)
    #expect(sink.text == "VALUE k1 0 5\r\nabc\r\n\r\nVALUE k1 4294967295 5 7\r\nabc\r\n\r\nEND\r\n")
  }

  @Test("write values with numbers of every length, whichever way is taken")
  func numbers() {
    let key = Array("k1".utf8)
    let flags = Array(0...1_010) + [9_999, 10_000, 999_999, UInt32.max]
    for (place, flags) in flags.enumerated() {
      let value = [UInt8](repeating: 0x78, count: place * 7 % 1_013)
      for casUnique in [nil, 0, 1_000, UInt64.max] {
        var sink = ArraySink()
        TextResponse.writeValue(value.span, key: key.span, flags: flags, casUnique: casUnique, to: &sink)
        let unique = casUnique.map { " \($0)" } ?? ""
        let expected =
          "VALUE k1 \(flags) \(value.count)\(unique)\r\n" + String(repeating: "x", count: value.count) + "\r\n"
        #expect(sink.text == expected)
      }
    }
  }

  @Test("never exceed the greatest lengths they promise")
  func greatest() {
    let key = Array(maxKey.utf8)
    var sink = ArraySink()
    TextResponse.writeValueLine(
      key: key.span, flags: .max, valueCount: ProtocolLimits.maxValueCount, casUnique: .max, to: &sink)
    #expect(sink.bytes.count == TextResponse.maxValueLineCount)
    #expect(TextResponse.maxBlockCount(valueCount: 100) == TextResponse.maxValueLineCount + 102)
  }

  @Test("write numbers without padding, and the version")
  func lines() {
    var sink = ArraySink()
    TextResponse.write(number: 0, to: &sink)
    TextResponse.write(number: .max, to: &sink)
    TextResponse.writeVersion("3.0.0", to: &sink)
    #expect(sink.text == "0\r\n18446744073709551615\r\nVERSION 3.0.0\r\n")
  }
}
