import Platform
import Testing

@Suite("Secret bytes")
struct SecretBytesTests {
  @Test("are those they were made of, however few", arguments: [[1, 2, 3], []] as [[UInt8]])
  func copied(bytes: [UInt8]) {
    let secret = SecretBytes(copying: bytes.span)
    #expect(contents(secret) == bytes)
  }

  @Test("lose their end when they are cut")
  func cut() {
    let bytes: [UInt8] = [1, 2, 3, 10]
    var secret = SecretBytes(copying: bytes.span)
    secret.truncate(toCount: 3)
    #expect(contents(secret) == [1, 2, 3])
    secret.truncate(toCount: 0)
    #expect(contents(secret) == [])
  }
}
