import MemcacheProtocol
import Testing

@testable import CacheServer

@Suite("A group of keys looked up together")
struct KeyGroupTests {

  /// What the group takes of the text: each key with what it is asked for.
  private func taken(_ text: String, from start: Int = 0, atMost limit: Int = 1_000) throws -> [String] {
    let rig = try WorkerRig()
    let bytes = Array(text.utf8)
    var group = KeyGroup()
    // A group is filled again and again: nothing of before may show.
    let before = Array("set x 0 0 1\r\nx\r\ngets y z\r\n".utf8)
    group.fill(before.span, from: 0, atMost: 9, rig.store)
    group.fill(bytes.span, from: start, atMost: limit, rig.store)
    var storages = 0
    return (0..<group.count).map { number in
      let place = group.key(number)
      let key = bytes.span.bytes(in: place.range)
      #expect(group.hash(number) == rig.store.hash(key))
      let name = (0..<key.count).map { String(UnicodeScalar(key[$0])) }.joined()
      let role = place.role
      if role.contains(.storage) {
        storages += 1
        let storage = group.storage(storages - 1)
        #expect(storage?.header.key == place.range && role == .storage)
        return "set \(name) \(storage?.start ?? -1)-\(storage?.next ?? -1)"
      }
      if role.contains(.meta) { return "\(name) \(role == .metaValue ? "value" : "meta")" }
      return name + (role.contains(.withCAS) ? " cas" : "") + (role.contains(.last) ? " last" : "")
    }
  }

  @Test("takes the keys of gets and sets that stand behind each other, up to what is for the parser")
  func requests() throws {
    #expect(
      try taken("get a b\r\nset c 0 0 3\r\nget\r\ngets d e\r\nget f\r\nincr g 1\r\nget h\r\n")
        == ["a", "b last", "set c 22-27", "d cas", "e cas last", "f last"])
    #expect(try taken("incr a 1\r\nget b\r\n") == [])
    #expect(try taken("incr a 1\r\nget abc\r\n", from: 10) == ["abc last"])
    #expect(try taken("") == [])
  }

  @Test("takes meta gets that change nothing, between the others")
  func metaGets() throws {
    #expect(
      try taken("mg a v\r\nget b\r\nmg c s v k\r\nset d 0 0 1\r\n1\r\nmg e v\r\nmg f\r\nmg g T30 v\r\nmg h v\r\n")
        == ["a value", "b last", "c meta", "set d 40-43", "e value", "f meta"])
    #expect(try taken(String(repeating: "mg a v\r\n", count: 200)).count == KeyGroup.capacity)
    #expect(try taken(String(repeating: "mg a v\r\n", count: 200), atMost: 5).count == 5)
    #expect(try taken("mg a v\r\nmg b v\r") == ["a value"])
  }

  @Test("takes a request only if its line is whole")
  func halves() throws {
    #expect(try taken("get abc\r\nget abc d\r") == ["abc last"])
    #expect(try taken("get abc\r\nset d 0 0 1") == ["abc last"])
    #expect(try taken("get abc\r\nset d 0 0 1000000\r\nxyz") == ["abc last", "set d 28-1000030"])
  }

  @Test("takes no more requests than the connection has turns left")
  func limit() throws {
    let requests = String(repeating: "get abc d\r\n", count: 50)
    #expect(try taken(requests, atMost: 3) == ["abc", "d last", "abc", "d last", "abc", "d last"])
    #expect(try taken(requests, atMost: 0) == [])
    #expect(try taken(requests).count == 100)
  }

  @Test("takes whole lines, as many as there is room for, and of one alone what there is room for")
  func room() throws {
    let keys = (0..<50).map { "k\($0)" }.joined(separator: " ")
    #expect(try taken(String(repeating: "get \(keys)\r\n", count: 3)).count == 100)
    let most = (0..<KeyGroup.capacity).map { "k\($0)" }.joined(separator: " ")
    #expect(try taken("get \(most)\r\n").count == KeyGroup.capacity)
    #expect(try taken("get \(most) more\r\n").count == KeyGroup.capacity)
    #expect(try taken("get a\r\nget \(most) more\r\n") == ["a last"])
    #expect(try taken("get \(most) more\r\nget a") == [])
    #expect(
      try taken(String(repeating: "set a 0 0 1\r\nx\r\n", count: 100)).count == KeyGroup.storageCapacity)
  }
}
