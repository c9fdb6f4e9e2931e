import MemcacheProtocol
import Platform
import Testing

@testable import CacheServer

@Suite("Dumps of keys")
struct KeyDumpTests {
  private func all(_ dump: KeyDump) -> (text: String, pauses: Int, largest: Int) {
    var dump = dump
    var (text, pauses, largest) = ("", 0, 0)
    while true {
      var buffer = ByteBuffer(capacity: dump.maxPieceBytes)
      switch dump.writePiece(to: &buffer) {
      case .written:
        text += buffer.text
        largest = max(largest, buffer.count)
      case .tired: pauses += 1
      case .waiting: return ("waits for nothing", 0, 0)
      case .ended: return (text, pauses, largest)
      }
    }
  }

  private func rig(_ count: Int) throws -> WorkerRig {
    let rig = try WorkerRig()
    let client = try rig.client()
    _ = client.ask((0..<count).map { "set key\($0) \($0 % 7) \($0 % 2 * 100) 3 noreply\r\nabc\r\n" }.joined())
    #expect(client.ask("version\r\n").hasPrefix("VERSION"))
    return rig
  }

  @Test("metadump tells each key once, in memcached's words, and stops for others meanwhile") func metadump() throws {
    let rig = try rig(20_000)
    let (text, pauses, largest) = all(KeyDump(.metadump, .all, rig.context))
    let lines = text.split(whereSeparator: \.isNewline)
    #expect(lines.first == "OK" && lines.last == "END" && largest <= 4096)
    #expect(Set(lines.dropFirst().dropLast().compactMap { $0.split(separator: " ").first }).count == 20_000)
    #expect(pauses >= text.utf8.count / (64 << 10) - 1)
    let names = lines[1].split(separator: " ").map { $0.prefix { $0 != "=" } }
    #expect(names == ["key", "exp", "la", "cas", "fetch", "cls", "size", "flags"] && lines[1].hasSuffix(" "))
  }

  @Test("A class without items costs no turn more than its part") func empty() throws {
    let rig = try rig(100)
    var classes = SlabClassSet()
    classes.insert(100)
    let (text, pauses, _) = all(KeyDump(.metadump, .some(classes), rig.context))
    #expect(text == "OK\r\nEND\r\n")
    // 2^14 buckets, 1024 a turn.
    #expect(pauses >= 15)
  }

  @Test("mgdump is meta gets, and keys that are no words stand in base64") func mgdump() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    _ = client.ask("set plain 0 0 1\r\n1\r\nms \(Self.base64) 1 b\r\n2\r\nset \u{1b}[2J 0 0 1\r\n3\r\n")
    let (text, _, _) = all(KeyDump(.mgdump, .index, rig.context))
    let lines = Set(text.components)
    #expect(lines == ["OK", "mg plain", "mg \(Self.base64) b", "mg G1sySg== b", "EN"])
    let answers = client.ask(lines.filter { $0.hasPrefix("mg") }.map { $0 + " v\r\n" }.joined())
    #expect(answers.components.filter { $0.hasPrefix("VA 1") }.count == 3)
  }

  /// Of `a b\n`.
  private static let base64 = "YSBiCg=="

  @Test("cachedump is bounded by a number and by 2 MB, and escapes what would end a word") func cachedump() throws {
    let rig = try rig(30_000)
    var classes = SlabClassSet()
    for number in 1..<128 { classes.insert(number) }
    let limited = all(KeyDump(.cachedump(limit: 7), .some(classes), rig.context)).text
    #expect(limited.components.count == 8 && limited.hasSuffix(" s]\r\nEND\r\n"))
    #expect(limited.components[0].hasPrefix("ITEM key") && limited.contains(" [3 b; "))
    let whole = all(KeyDump(.cachedump(limit: 0), .some(classes), rig.context)).text
    #expect(whole.components.count == 30_001)
    let odd = try WorkerRig()
    _ = try odd.client().ask("ms YSBiCg== 1 b\r\n2\r\n")
    #expect(
      all(KeyDump(.cachedump(limit: 0), .some(classes), odd.context)).text == "ITEM a\\x20b\\x0a [1 b; 0 s]\r\nEND\r\n")
  }
}

extension String {
  fileprivate var components: [String] { split(separator: "\r\n").map(String.init) }
}
