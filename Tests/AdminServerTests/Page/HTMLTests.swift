import Testing

@testable import AdminServer

@Suite("HTML that is escaped by its type")
struct HTMLTests {
  @Test("What is put in is escaped, in text and in attributes; what is HTML stays") func escaping() {
    let key = "<script>alert('x')</script> & \"q\""
    let cell: HTML = "<td title=\"\(key)\">\(key)</td>"
    #expect(!cell.markup.contains("<script>") && !cell.markup.contains("'x'"))
    let escaped = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot;"
    #expect(cell.markup == "<td title=\"\(escaped)\">\(escaped)</td>")
    let row: HTML = "<tr>\(cell)\(7)\(-3)\(1.26)</tr>"
    #expect(row.markup == "<tr>\(cell.markup)7-31.3</tr>")
  }

  @Test("Characters that HTML does not have, and those that turn the reading order, are replaced") func controls() {
    let shown: HTML = "\("a\u{0}b\u{1B}c\u{202E}d\te")"
    #expect(shown.markup == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\te")
  }

  @Test("Pieces are joined in order") func joined() {
    let pieces: [HTML] = ["<a>", "\("<")", "<b>"]
    #expect(pieces.joined().markup == "<a>&lt;<b>")
  }

  @Test("Marks that turn the direction of single characters are replaced, too") func marks() {
    let shown: HTML = "\("a\u{200E}b\u{200F}c\u{61C}d\u{2067}")"
    #expect(shown.markup == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}")
  }
}
