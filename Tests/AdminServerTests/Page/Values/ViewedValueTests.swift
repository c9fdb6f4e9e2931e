import Testing

@testable import AdminServer

@Suite("Values as somebody can read them")
struct ViewedValueTests {
  private func viewed(_ text: String) -> ViewedValue { ViewedValue([UInt8](text.utf8)) }

  @Test(
    "The form is found out",
    arguments: [
      ("hello", ViewedValue.Form.text), ("42", .text), ("", .text), ("{\"a\":1}", .json), ("[1, 2]", .json),
      ("{not json}", .text), ("a:1:{i:0;s:2:\"xy\";}", .php), ("s:3:\"abc\";", .php), ("s:4:\"abc\";", .text),
      ("O:1:\"C\":1:{s:1:\"p\";N;}", .php), ("\u{1}\u{2}", .hex),
    ])
  func guesses(text: String, form: ViewedValue.Form) {
    #expect(viewed(text).form == form && viewed(text).isReadable)
  }

  @Test("JSON has a line for each value, and its words stay as they are") func json() {
    let text = viewed("{\"a\":[1,-2.5e3,\"x\\\"y\"],\"b\":{},\"c\":null}").text
    #expect(text == "{\n  \"a\": [\n    1,\n    -2.5e3,\n    \"x\\\"y\"\n  ],\n  \"b\": {},\n  \"c\": null\n}")
    for bad in ["{", "[1,]", "{\"a\"}", "[1 2]", "[tru]", "[\"\n\"]", "[1]x", "[0x1]", "[nan]"] {
      #expect(JSONLayout.text([UInt8](bad.utf8)) == nil, "\(bad)")
    }
    #expect(JSONLayout.text([UInt8](repeating: 91, count: 100_000)) == nil, "too deep")
  }

  @Test("What serialize() has made is told as it is nested") func php() {
    let text = viewed("a:2:{s:1:\"k\";b:1;i:7;O:3:\"Foo\":1:{s:4:\"\u{0}*\u{0}p\";d:0.5;}}").text
    #expect(text == "array(2) {\n  \"k\" => true\n  7 => object Foo(1) {\n    \"\\x00*\\x00p\" => 0.5\n  }\n}")
    for bad in ["a:1:{i:0;}", "a:9999999999:{}", "s:5:\"abc\";", "i:x;", "O:1:\"C\":1:{", "N", "a:1:{N;N;N;}", "Z:1;"] {
      #expect(PHPLayout.text([UInt8](bad.utf8)) == nil, "\(bad)")
    }
    let deep = String(repeating: "a:1:{i:0;", count: 10_000)
    #expect(PHPLayout.text([UInt8](deep.utf8)) == nil, "too deep")
  }

  @Test("What was compressed is told in its own form; asked for in another, it says so") func zlib() {
    let bytes = HexText.bytes([UInt8](InflateTests.dynamic.utf8)) ?? []
    let value = ViewedValue(bytes)
    #expect(value.form == .zlib && value.text.hasPrefix("{\n  \"words\": [\n"))
    let other = ViewedValue(bytes, .json)
    #expect(other.form == .json && !other.isReadable && other.text.hasPrefix("000000  78 da"))
  }

  @Test("Of a part only text and hex are told, also where it is cut within a character") func part() {
    let bytes = Array([UInt8]("[1, \"ä".utf8).dropLast())
    #expect(ViewedValue(bytes, isWhole: false).form == .text)
    #expect(ViewedValue([0, 1, 2], isWhole: false).form == .hex)
  }

  @Test("Hex tells place, bytes and what is printable, and the beginning of what is long") func hex() {
    let text = ViewedValue([0, 65, 255] + [UInt8](repeating: 32, count: 14), .hex).text
    #expect(text.hasPrefix("000000  00 41 ff 20"))
    #expect(text.contains(".A.") && text.split(separator: "\n").count == 2)
    #expect(HexDump.text([UInt8](repeating: 1, count: 100_000)).hasSuffix("…\n"))
  }

  @Test("What would become much longer than it is, is told in hex", arguments: [ViewedValue.Form.json, .php])
  func bombs(form: ViewedValue.Form) {
    let (deep, wide) = (50, 40_000)
    let json =
      String(repeating: "[", count: deep) + Array(repeating: "1", count: wide).joined(separator: ",")
      + String(repeating: "]", count: deep)
    let php =
      String(repeating: "a:1:{i:0;", count: deep) + "a:\(wide):{" + String(repeating: "i:1;i:1;", count: wide) + "}"
      + String(repeating: "}", count: deep)
    let bytes = [UInt8]((form == .json ? json : php).utf8)
    let asked = ViewedValue(bytes, form)
    #expect(!asked.isReadable && asked.text.hasPrefix("000000  "))
    #expect(ViewedValue(bytes).text.utf8.count <= bytes.count)
    let few = String(repeating: "[", count: 90) + String(repeating: "]", count: 90)
    #expect(viewed(few).form == .json && viewed(few).text.utf8.count < 90 * 90, "set in up to a bound")
  }
}
