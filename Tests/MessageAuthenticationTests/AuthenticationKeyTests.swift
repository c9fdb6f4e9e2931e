import MessageAuthentication
import Platform
import Testing

@Suite("A message's code")
struct AuthenticationKeyTests {
  /// RFC 4231: key, message, HMAC-SHA-256. Its case 5 is about codes cut short, which are not made here.
  struct Vector: Sendable {
    let name: String
    let key: [UInt8]
    let message: [UInt8]
    let code: String
  }

  static let vectors = [
    Vector(
      name: "case 1", key: [UInt8](repeating: 0x0b, count: 20), message: Array("Hi There".utf8),
      code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    Vector(
      name: "case 2, a key shorter than the code", key: Array("Jefe".utf8),
      message: Array("what do ya want for nothing?".utf8),
      code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    Vector(
      name: "case 3, more than a block of message", key: [UInt8](repeating: 0xaa, count: 20),
      message: [UInt8](repeating: 0xdd, count: 50),
      code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    Vector(
      name: "case 4", key: Array(1...25), message: [UInt8](repeating: 0xcd, count: 50),
      code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    Vector(
      name: "case 6, a key longer than a block", key: [UInt8](repeating: 0xaa, count: 131),
      message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    Vector(
      name: "case 7, both longer than a block", key: [UInt8](repeating: 0xaa, count: 131),
      message: Array(
        "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm."
          .utf8),
      code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    Vector(
      name: "neither a key nor a message", key: [], message: [],
      code: "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
  ]

  private func code(_ key: [UInt8], _ message: [UInt8]) -> AuthenticationCode {
    AuthenticationKey(SecretBytes(copying: key.span)).code(of: message.span)
  }

  @Test("is that of RFC 4231", arguments: vectors)
  func vector(_ vector: Vector) {
    let made = code(vector.key, vector.message).bytes
    let text = made.indices.map { String(made[$0] >> 4, radix: 16) + String(made[$0] & 15, radix: 16) }.joined()
    #expect(text == vector.code)
  }

  @Test("is another one for every other bit of the message, and for every other bit of the key")
  func everyBit() {
    let key = [UInt8](repeating: 7, count: 32)
    let message = Array("a message".utf8)
    let right = code(key, message)
    #expect(code(key, message) == right)
    for bit in 0..<message.count * 8 {
      var other = message
      other[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(code(key, other) != right)
    }
    for bit in 0..<key.count * 8 {
      var other = key
      other[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(code(other, message) != right)
    }
  }
}
