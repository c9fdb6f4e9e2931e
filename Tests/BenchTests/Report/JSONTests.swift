import Testing

@testable import repcached_bench

@Suite("JSON")
struct JSONTests {
  @Test("strings are escaped")
  func strings() {
    #expect(JSON.string("a\"b\\c\n\u{1}é").text() == #""a\"b\\c\u000a\u0001é""#)
  }

  @Test("what is not finite is null")
  func numbers() {
    #expect(JSON(Double.nan).text() == "null")
    #expect(JSON(nil as Double?).text() == "null")
    #expect(JSON(1.5).text() == "1.500")
    #expect(JSON(UInt64.max).text() == "18446744073709551615")
  }

  @Test("objects keep the order of their members")
  func objects() {
    let value = JSON.object(["b": .integer(1), "a": .array([.bool(true), .null])])
    #expect(value.text() == "{\n  \"b\": 1,\n  \"a\": [true, null]\n}")
  }
}
