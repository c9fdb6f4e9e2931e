import MemcacheProtocol
import Testing

@Suite("The text parser, commands on one key")
struct TextParserKeyedTests {
  static let table: [(line: String, reading: String)] = [
    ("delete k\r\n", "delete k"),
    ("delete k\n", "delete k"),
    ("delete k \r\n", "delete k"),
    ("delete  k\r\n", "delete k"),
    ("delete k 0\r\n", "delete k"),
    ("delete k 0 \r\n", "delete k"),
    ("delete k noreply\r\n", "delete k noreply"),
    ("delete k  noreply \r\n", "delete k noreply"),
    ("delete k 0 noreply\r\n", "delete k noreply"),
    ("delete k 60\r\n", "delete k"),
    ("delete k 60 noreply\r\n", "delete k noreply"),
    ("delete k x y 7\r\n", "delete k"),
    ("delete k noreply 0\r\n", "delete k"),
    ("delete / HTTP/1.1\r\n", "delete /"),
    ("delete noreply\r\n", "delete noreply noreply"),
    ("delete noreply noreply\r\n", "delete noreply noreply"),
    ("delete 0\r\n", "delete 0"),
    ("delete \(maxKey)\r\n", "delete \(maxKey)"),
    ("incr k 1\r\n", "incr k 1"),
    ("incr  k  1 \r\n", "incr k 1"),
    ("incr k 0\n", "incr k 0"),
    ("incr k 18446744073709551615\r\n", "incr k 18446744073709551615"),
    ("incr k 1 noreply\r\n", "incr k 1 noreply"),
    ("incr k 1 2\r\n", "incr k 1"),
    ("incr k 1 2 noreply\r\n", "incr k 1 noreply"),
    ("decr k 5\r\n", "decr k 5"),
    ("decr k 5 noreply\r\n", "decr k 5 noreply"),
    ("touch k 0\r\n", "touch k 0"),
    ("touch k -1\r\n", "touch k -1"),
    ("touch k -\r\n", "touch k 0"),
    ("touch k 2147483647\r\n", "touch k 2147483647"),
    ("touch k 0 noreply\r\n", "touch k 0 noreply"),
    ("touch k  0 \n", "touch k 0"),
    ("touch k 0 1\r\n", "touch k 0"),
  ]

  @Test(
    "does not look for noreply behind 23 words, as memcached",
    arguments: [("delete k", "delete k"), ("touch k 0", "touch k 0"), ("nothing", "refused unknownCommand")])
  func wordsTooMany(_ beginning: String, _ reading: String) {
    let words = beginning.split(separator: " ").count
    func line(of count: Int) -> String {
      "\(beginning) \(String(repeating: "word ", count: count - words - 1))noreply\r\n"
    }
    let silenced = words == 1 ? "\(reading) silenced" : "\(reading) noreply"
    expect(line(of: 23), isReadAs: silenced)
    expect(line(of: 24), isReadAs: reading)
    expect(line(of: 60), isReadAs: reading)
    expect(" nothing \(String(repeating: "w ", count: 21))noreply\r\n", isReadAs: "refused unknownCommand silenced")
    expect(" nothing \(String(repeating: "w ", count: 22))noreply\r\n", isReadAs: "refused unknownCommand")
  }

  @Test("reads delete, incr, decr and touch", arguments: table)
  func keyed(_ line: String, _ reading: String) {
    expect(line, isReadAs: reading)
  }
}
