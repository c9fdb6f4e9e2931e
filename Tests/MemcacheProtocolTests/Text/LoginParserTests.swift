import Testing

@testable import MemcacheProtocol

@Suite("The login of the text protocol")
struct LoginParserTests {
  private static func parse(_ text: String, from start: Int = 0) -> LoginParse {
    let bytes = [UInt8](text.utf8)
    return LoginParser.parse(bytes.span, from: start)
  }

  @Test(
    "is a set of any key, whose length tells how long the token is",
    arguments: [
      ("set k 0 0 7\r\n", 7), ("set k x y 7\r\n", 7), ("set  k  0  0  16384  \r\n", 16_384), ("set k 0 0 0\r\n", 0),
      ("set k 0 0 7 noreply\r\n", 7), ("settle k 0 0 007\r\n", 7),
    ])
  func line(text: String, tokenCount: Int) {
    let count = text.utf8.count
    #expect(Self.parse(text) == .login(tokenCount: tokenCount, count: count))
    #expect(Self.parse("12345" + text + "behind", from: 5) == .login(tokenCount: tokenCount, count: count))
    for part in 0..<count {
      let bytes = Array(text.utf8.prefix(part))
      #expect(LoginParser.parse(bytes.span, from: 0) == .incomplete, "\(part) bytes")
    }
  }

  @Test(
    "is nothing else: every other line gets one answer, also ms and add",
    arguments: [
      "get foo\r\n", "set k 0 7\r\n", "set k 0 0 x\r\n", "set k 0 0 -1\r\n", "set k 0 0 99999999999\r\n",
      "set k 0 0 000000000007\r\n", "SET k 0 0 7\r\n", " set k 0 0 7\r\n", "set k 0 0 7\n", "ms k 7\r\n",
      "ms k 7 T0 F0\r\n", "add k 0 0 7\r\n", "cas k 0 0 7 1\r\n", "stats\r\n", "version\r\n", "\0\0\0\0\0\0\n",
      "       \r\n",
      "GET / HTTP/1.0\r\n", "shutdown\r\n", "flush_all\r\n",
    ])
  func otherLines(text: String) {
    #expect(Self.parse(text) == .refused(.unauthenticated, count: text.utf8.count))
  }

  @Test("has a token of 16 KB at most") func tooLong() {
    for count in ["16385", "1048576", "2147483646", "4294967295"] {
      let text = "set k 0 0 \(count)\r\n"
      #expect(Self.parse(text) == .refused(.authTokenTooLong, count: text.utf8.count))
    }
  }

  @Test("is not waited for where a line is shorter than any, or does not end")
  func strangers() {
    for text in ["\r\n\r\n", "\n\n\n", "quit\r\n", "mn\r\n", "get a\n"] {
      #expect(Self.parse(text) == .close, "\(text)")
    }
    for text in ["", "\n", "\r\n", "x"] { #expect(Self.parse(text) == .incomplete, "\(text)") }
    #expect(Self.parse(String(repeating: "x", count: 2048)) == .incomplete)
    #expect(Self.parse(String(repeating: "x", count: 2049)) == .close)
    #expect(Self.parse(String(repeating: "x", count: 2049) + "\n") == .refused(.unauthenticated, count: 2050))
  }

  private static func token(_ text: String, _ count: Int) -> LoginToken {
    let bytes = [UInt8](("123" + text).utf8)
    return LoginParser.token(bytes.span, from: 3, count: count)
  }

  @Test("has a user up to the first space, and behind that a password, whatever stands in it")
  func credentials() {
    func expect(_ text: String, user: Int, password: Int) {
      let expected = LoginToken.credentials(
        user: ByteRange(start: 3, count: user), password: ByteRange(start: 3 + user + 1, count: password))
      #expect(Self.token(text + "\r\n", text.utf8.count) == expected)
    }
    expect("foo bar", user: 3, password: 3)
    expect("foo bar baz ", user: 3, password: 8)
    expect(" bar", user: 0, password: 3)
    expect("foo ", user: 3, password: 0)
    expect("f\r\no b\0r", user: 4, password: 3)
  }

  @Test("has a token that ends where it says, and has a space")
  func badTokens() {
    #expect(Self.token("foo barxx", 7) == .refused(.authBadTermination))
    #expect(Self.token("foo bar\n\n", 7) == .refused(.authBadTermination))
    #expect(Self.token("foo bar\r\n", 6) == .refused(.authBadTermination))
    #expect(Self.token("foobar\r\n", 6) == .refused(.authBadToken))
    #expect(Self.token("\r\n a", 0) == .refused(.authBadToken))
  }
}
