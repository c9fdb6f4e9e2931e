import Testing

@testable import CacheServer

@Suite("A group of keys looked up together")
struct KeyGroupTests {
  private func ahead(_ text: String, from start: Int = 0, atMost limit: Int = 20) throws -> (keys: [String], next: Int?)
  {
    let rig = try WorkerRig()
    let bytes = Array(text.utf8)
    var group = KeyGroup()
    let next = group.fillAhead(bytes.span, from: start, atMost: limit, rig.store)
    let keys = (0..<group.count).map { number in
      let key = group.key(number)
      #expect(group.hash(number) == rig.store.hash(bytes.span.extracting(key.lowerBound..<key.lowerBound + key.count)))
      return String(decoding: bytes[key.lowerBound..<key.lowerBound + key.count], as: UTF8.self)
    }
    return (keys, next)
  }

  @Test("takes the key of each pipelined get and set, up to what it cannot see through")
  func pipelined() throws {
    let found = try ahead("get a\r\nset b 0 0 3\r\nget\r\nget c\r\nincr d 1\r\nget e\r\n")
    #expect(found.keys == ["a", "b", "c"])
    #expect(found.next == nil)
  }

  @Test("takes no more than the connection has turns left, and says where it stopped")
  func limit() throws {
    let requests = String(repeating: "get a\r\n", count: 50)
    #expect(try ahead(requests, atMost: 3).keys.count == 3)
    #expect(try ahead(requests, atMost: 3).next == 21)
    #expect(try ahead(requests, atMost: 1_000).keys.count == KeyGroup.capacity)
    #expect(try ahead(requests, from: 7, atMost: 2).next == 21)
    #expect(try ahead(requests, atMost: 0).keys.isEmpty)
  }

  @Test("sees a value that ends beyond the input, and then no more")
  func beyond() throws {
    let found = try ahead("get a\r\nset b 0 0 1000000\r\nxyz")
    #expect(found.keys == ["a", "b"])
    #expect(found.next == nil)
  }
}
