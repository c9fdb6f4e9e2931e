import MessageAuthentication
import Testing

@Suite("Two codes")
struct AuthenticationCodeTests {
  @Test("are equal only if all their bytes are", arguments: 0..<32)
  func equality(position: Int) {
    let one = AuthenticationCode(.init(repeating: 3))
    var bytes: [32 of UInt8] = .init(repeating: 3)
    #expect(AuthenticationCode(bytes) == one)
    bytes[position] = 4
    #expect(AuthenticationCode(bytes) != one)
  }
}
