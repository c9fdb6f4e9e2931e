import Platform
import Testing

@Suite("Secret bytes")
struct SecretBytesTests {
  @Test("are those they were made of, however few", arguments: [[1, 2, 3], []] as [[UInt8]])
  func copied(bytes: [UInt8]) {
    let secret = SecretBytes(copying: bytes.span)
    #expect(contents(secret) == bytes)
  }
}
