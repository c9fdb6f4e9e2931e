import CNcurses
import Platform

/// The same on a terminal's whole screen, by ncurses.
enum TopScreen {
  private static let quit = Int32(UInt8(ascii: "q"))

  static func show(_ servers: [TopServer], every interval: Double, times: Int) throws(ToolError) {
    guard screen_begin() == 1 else { throw .usage("this terminal cannot be used (TERM): --plain") }
    defer { screen_end() }
    var shown = 0
    while times == 0 || shown < times {
      draw(servers.map { $0.next() }, interval)
      shown += 1
      if waits(interval) { return }
    }
  }

  /// Whether it is to end, when the interval is over.
  private static func waits(_ interval: Double) -> Bool {
    let end = SystemClock.monotonicNanoseconds() + UInt64(interval * 1e9)
    while true {
      let now = SystemClock.monotonicNanoseconds()
      if now >= end { return false }
      if screen_key(Int32(clamping: (end - now) / 1_000_000 + 1)) == quit { return true }
    }
  }

  private static func draw(_ rows: [TopRow], _ interval: Double) {
    screen_clear()
    put("repcached-tool top   every \(interval) s   q ends it", row: 0)
    screen_bold(1)
    put(TopRow.head, row: 2)
    screen_bold(0)
    for (number, row) in rows.enumerated() { put(row.line, row: 3 + number) }
    screen_show()
  }

  private static func put(_ text: String, row: Int) {
    for (column, character) in text.unicodeScalars.enumerated() {
      screen_put(Int32(clamping: row), Int32(clamping: column), character.value)
    }
  }
}
