import MemcacheProtocol
import Testing

@Suite("The text parser, storage commands")
struct TextParserStorageTests {
  static let table: [(line: String, reading: String)] = [
    ("set k 0 0 1\r\n", "set k flags=0 exptime=0 bytes=1"),
    ("set k 0 0 1\n", "set k flags=0 exptime=0 bytes=1"),
    ("set k 0 0 0\r\n", "set k flags=0 exptime=0 bytes=0"),
    ("set k 4294967295 2592000 1048576\r\n", "set k flags=4294967295 exptime=2592000 bytes=1048576"),
    ("set k 0 0 2147483645\r\n", "set k flags=0 exptime=0 bytes=2147483645"),
    ("set k 0 -1 1\r\n", "set k flags=0 exptime=-1 bytes=1"),
    ("set k 0 9999999999 1\r\n", "set k flags=0 exptime=9999999999 bytes=1"),
    ("set k 0 -9223372036854775808 1\r\n", "set k flags=0 exptime=-9223372036854775808 bytes=1"),
    ("set k +1 +2 3\r\n", "set k flags=1 exptime=2 bytes=3"),
    ("set k 4294967297 0 1\r\n", "set k flags=1 exptime=0 bytes=1"),
    ("set k 1\tx 5\ty 1\r\n", "set k flags=1 exptime=5 bytes=1"),
    ("set k \t 5 3\r\n", "set k flags=5 exptime=5 bytes=3"),
    ("set k 0 1700000000000 1\r\n", "set k flags=0 exptime=1700000000000 bytes=1"),
    ("set k 0 0 -\r\n", "set k flags=0 exptime=0 bytes=0"),
    ("set k 01 02 03\r\n", "set k flags=1 exptime=2 bytes=3"),
    ("set k 00000000000001 2 3\r\n", "set k flags=1 exptime=2 bytes=3"),
    ("set k -0 -0 -0\r\n", "set k flags=0 exptime=0 bytes=0"),
    ("set  k  0  0  1  \r\n", "set k flags=0 exptime=0 bytes=1"),
    ("set k 0 0 1 noreply\r\n", "set k flags=0 exptime=0 bytes=1 noreply"),
    ("set k 0 0 1 noreply\n", "set k flags=0 exptime=0 bytes=1 noreply"),
    ("set k 0 0 1  noreply \r\n", "set k flags=0 exptime=0 bytes=1 noreply"),
    ("set k 0 0 1 noreplyx\r\n", "set k flags=0 exptime=0 bytes=1"),
    ("set k 0 0 1 nore\r\n", "set k flags=0 exptime=0 bytes=1"),
    ("set k 0 0 1 foo bar\r\n", "set k flags=0 exptime=0 bytes=1"),
    ("set k 0 0 1 foo noreply\r\n", "set k flags=0 exptime=0 bytes=1 noreply"),
    ("set noreply 0 0 1\r\n", "set noreply flags=0 exptime=0 bytes=1"),
    ("set a\tb 0 0 1\r\n", "set a\tb flags=0 exptime=0 bytes=1"),
    ("set ключ 0 0 1\r\n", "set ключ flags=0 exptime=0 bytes=1"),
    ("set \(maxKey) 0 0 1\r\n", "set \(maxKey) flags=0 exptime=0 bytes=1"),
    ("add k 1 2 3\r\n", "add k flags=1 exptime=2 bytes=3"),
    ("replace k 1 2 3\r\n", "replace k flags=1 exptime=2 bytes=3"),
    ("append k 1 2 3\r\n", "append k flags=1 exptime=2 bytes=3"),
    ("prepend k 1 2 3 noreply\r\n", "prepend k flags=1 exptime=2 bytes=3 noreply"),
    ("cas k 1 2 3 4\r\n", "cas k flags=1 exptime=2 bytes=3 cas=4"),
    ("cas k 1 2 3 0\r\n", "cas k flags=1 exptime=2 bytes=3 cas=0"),
    ("cas k 1 2 3 18446744073709551615\r\n", "cas k flags=1 exptime=2 bytes=3 cas=18446744073709551615"),
    ("cas k 1 2 3 4 noreply\r\n", "cas k flags=1 exptime=2 bytes=3 cas=4 noreply"),
    ("cas k 1 2 3 4 foo bar\r\n", "cas k flags=1 exptime=2 bytes=3 cas=4"),
  ]

  @Test("reads set, add, replace, append, prepend and cas", arguments: table)
  func storage(_ line: String, _ reading: String) {
    expect(line, isReadAs: reading)
  }

  @Test("leaves the data block to the caller")
  func dataBlock() {
    let bytes = Array("set k 0 0 5\r\nget a\r\n".utf8)
    guard case .request(.storage(let header), let count) = TextParser.parse(bytes.span) else {
      Issue.record("not read as set")
      return
    }
    #expect(count == 13)
    #expect(header.valueCount == 5)
  }

  @Test("reads a canonical line and one with a space too many alike", arguments: 1...20)
  func bothWays(_ digits: Int) {
    for digit in ["0", "1", "9"] {
      let number = String(repeating: digit, count: digits)
      for numbers in ["\(number) 0 1", "0 \(number) 1", "0 0 \(number)"] {
        for tail in ["", " noreply"] {
          let direct = reading(of: "set k \(numbers)\(tail)\r\n")
          #expect(direct == reading(of: "set  k \(numbers)\(tail)\r\n"))
          #expect(direct == reading(of: "set k \(numbers)\(tail) \n"))
        }
      }
    }
  }
}
