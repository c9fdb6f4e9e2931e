import Testing

@testable import repcached_tool

@Suite("Items and keys on their way")
struct StoredItemTests {
  @Test("A line of metadump has the key, uri-encoded, and when it expires") func listed() throws {
    let line = "key=a%20%25%00b exp=1521046038 la=1 cas=7 fetch=no cls=1 size=63 \n"
    let key = try #require(ListedKey(Array(line.utf8)))
    #expect(key.key == [97, 32, 37, 0, 98] && key.expiresAt == 1_521_046_038)
    #expect(ListedKey("key=a exp=-1 la=1\n".utf8)?.expiresAt == nil)
    #expect(ListedKey("key=a exp=-1 la=1\n".utf8)?.key == [97])
    for other in ["END\r\n", "OK\r\n", "key=a\n", "key=a exp=x la=1\n", ""] { #expect(ListedKey(other.utf8) == nil) }
    #expect(ListedKey("key=100%2 exp=-1 la=1\n".utf8)?.key == Array("100%2".utf8))
  }

  @Test("An item is a command and its data, whatever the bytes are") func command() {
    let item = StoredItem(key: [107], flags: 5, expiresAt: 99, value: [0, 13, 10])
    #expect(item.command("add") == Array("add k 5 99 3\r\n".utf8) + [0, 13, 10, 13, 10])
    #expect(
      StoredItem(key: [107], flags: 0, expiresAt: nil, value: []).command("set") == Array("set k 0 0 0\r\n\r\n".utf8))
  }

  @Test("A word has 1 to 250 bytes, no space and no control character") func words() {
    #expect(StoredItem.isWord([200]) && StoredItem.isWord(Array(repeating: 97, count: 250)))
    for key in [[], [32], [10], [127], Array(repeating: 97, count: 251)] as [[UInt8]] {
      #expect(!StoredItem.isWord(key))
    }
  }
}
