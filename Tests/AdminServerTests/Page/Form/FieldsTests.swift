import Testing

@testable import AdminServer

@Suite("Fields of queries and forms")
struct FieldsTests {
  @Test("Values are bytes, percent-encoded") func decoding() {
    let fields = Fields("key=a%20b+c%00%ff&empty=&key=second&n=-42&x")
    #expect(fields.bytes("key") == [97, 32, 98, 32, 99, 0, 255])
    #expect(fields.bytes("empty") == nil && fields.bytes("none") == nil && fields.text("x").isEmpty)
    #expect(fields.number("n") == -42 && fields.number("key") == nil)
  }

  @Test("A percent sign without a number stands for itself", arguments: ["%", "%4", "%zz", "a%"]) func broken(
    text: String
  ) {
    #expect(Fields("k=" + text).text("k") == text)
  }

  @Test("There are so many fields and no more") func bounds() {
    let fields = Fields((0..<1000).map { "k\($0)=1" }.joined(separator: "&"))
    #expect(fields.text("k63") == "1" && fields.text("k64").isEmpty)
  }

  @Test("Keys as digits come back, and what is none is none") func hex() {
    let all = (0...255).map { UInt8($0) }
    #expect(Fields("h=" + HexText.text(all)).hex("h") == all)
    for text in ["h=1", "h=zz", "h=1g"] { #expect(Fields(text).hex("h") == nil) }
  }

  @Test("What is no character of a key is shown by its number") func shown() {
    #expect(KeyText.shown([UInt8]("käse".utf8)) == "käse")
    #expect(KeyText.shown([97, 10, 255]) == "a\\x0a\\xff" && KeyText.shown([0]) == "\\x00")
  }

  @Test("A value in a query comes back") func query() {
    let text = "a b&c=d%é/?#+"
    #expect(Fields("k=" + text.percentEncoded).text("k") == text)
  }
}
