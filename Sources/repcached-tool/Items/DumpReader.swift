/// A dump, read as it comes: `add key flags time length`, or `set`, and the data. Blank lines may stand between.
///
/// Lengths are bounded before anything is read by them.
struct DumpReader {
  /// The largest item that a server may be told to take.
  static let maxValueCount = 1 << 30
  private static let maxLineCount = 2048

  private let read: () throws(ToolError) -> [UInt8]
  private var bytes: [UInt8] = []
  private var start = 0
  private var line = 0

  /// - Parameter read: the next bytes; none at the end.
  init(_ read: @escaping () throws(ToolError) -> [UInt8]) { self.read = read }

  /// Nil: the end, where one may be.
  mutating func next() throws(ToolError) -> StoredItem? {
    while true {
      guard let text = try nextLine() else { return nil }
      if text.isEmpty { continue }
      let words = text.split(separator: 32)
      guard words.count == 5, ["add", "set"].contains(String(decoding: words[0], as: UTF8.self)),
        StoredItem.isWord(Array(words[1])), let flags = ItemSource.number(words[2]),
        let time = Int64(String(decoding: words[3], as: UTF8.self)), let count = ItemSource.number(words[4]),
        count <= Self.maxValueCount
      else { throw fault("is no line of a dump: \(String(decoding: text.prefix(60), as: UTF8.self).debugDescription)") }
      let value = try data(Int(count))
      // 0 is never; times are moments of Unix time, as metadump tells them.
      return StoredItem(key: Array(words[1]), flags: flags, expiresAt: time == 0 ? nil : time, value: value)
    }
  }

  private mutating func nextLine() throws(ToolError) -> [UInt8]? {
    while true {
      if let end = bytes[start...].firstIndex(of: 10) {
        var text = bytes[start..<end]
        if text.last == 13 { text.removeLast() }
        start = end + 1
        line += 1
        return Array(text)
      }
      if bytes.count - start > Self.maxLineCount { throw fault("is too long for a line of a dump") }
      if try !more() {
        if start == bytes.count { return nil }
        throw fault("has no end")
      }
    }
  }

  private mutating func data(_ count: Int) throws(ToolError) -> [UInt8] {
    while bytes.count - start < count + 2 {
      if try !more() { throw fault("has less data behind it than it says") }
    }
    let end = start + count
    guard bytes[end] == 13, bytes[end + 1] == 10 else { throw fault("has other data behind it than it says") }
    defer { start = end + 2 }
    return Array(bytes[start..<end])
  }

  private mutating func more() throws(ToolError) -> Bool {
    if start > 0 {
      bytes.removeSubrange(0..<start)
      start = 0
    }
    let found = try read()
    bytes += found
    return !found.isEmpty
  }

  private func fault(_ what: String) -> ToolError { .wrong("line \(line) of the commands in the dump \(what)") }
}
