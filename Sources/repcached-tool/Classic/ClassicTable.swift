/// What memcached-tool prints, byte for byte.
///
/// That program reads lines to their newline and keeps the carriage return before it, as the last character of the value: so it is
/// here, and counts where a value is set to the right.
enum ClassicTable {
  typealias Statistic = ServerConversation.Statistic

  /// `stats`.
  static func stats(_ server: ServerName, _ statistics: [Statistic]) -> String {
    table(server, statistics, heads: ("Field", "Value"), nameWidth: 29, valueWidth: 14)
  }

  /// `settings`.
  static func settings(_ server: ServerName, _ statistics: [Statistic]) -> String {
    table(server, statistics, heads: ("Field", "Value"), nameWidth: 24, valueWidth: 12)
  }

  static func sizes(_ server: ServerName, _ statistics: [Statistic]) -> String {
    table(server, statistics, heads: ("Size", "Count"), nameWidth: 24, valueWidth: 12)
  }

  private static func table(
    _ server: ServerName, _ statistics: [Statistic], heads: (String, String), nameWidth: Int, valueWidth: Int
  ) -> String {
    let head = "#\(left(server.description, nameWidth - 7)) \(right(heads.0, 5)) \(right(heads.1, valueWidth - 1))\n"
    // Of a name that stands twice the last value counts; names are in the order of their bytes.
    let values = Dictionary(statistics.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    let names = values.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let lines = names.map {
      "\(right(ShownText.of($0), nameWidth)) \(right(ShownText.of(values[$0] ?? "") + "\r", valueWidth))\n"
    }
    return head + lines.joined()
  }

  // MARK: Slab classes

  /// `display`: of `stats items` and `stats slabs`.
  static func display(items: [Statistic], slabs: [Statistic]) -> String {
    let classes = slabClasses(items: items, slabs: slabs)
    let lines = classes.filter { $0.value("total_pages") != 0 }.map(\.line)
    return "  #  Item_Size  Max_age   Pages   Count   Full?  Evicted Evict_Time OOM\n" + lines.joined()
  }

  struct SlabClass: Equatable, Sendable {
    let number: Int
    var values: [String: Int]

    func value(_ name: String) -> Int { values[name] ?? 0 }

    var line: String {
      let isFull = value("used_chunks") == value("total_chunks")
      let cells = [
        right("\(number)", 3), right(size, 8), right("\(value("age"))", 9) + "s", right("\(value("total_pages"))", 7),
        right("\(value("number"))", 7), right(isFull ? "yes" : " no", 7), right("\(value("evicted"))", 8),
        right("\(value("evicted_time"))", 8), right("\(value("outofmemory"))", 4),
      ]
      return cells.joined(separator: " ") + "\n"
    }

    private var size: String {
      let bytes = value("chunk_size")
      return bytes < 1024 ? "\(bytes)B" : oneDigit(bytes, of: 1024) + "K"
    }
  }

  /// Up to the last class that `stats slabs` tells.
  static func slabClasses(items: [Statistic], slabs: [Statistic]) -> [SlabClass] {
    var classes: [Int: SlabClass] = [:]
    func add(_ number: Substring, _ name: Substring, _ value: String) {
      guard let number = ReportedNumber.read(number), let value = ReportedNumber.read(value.prefix { $0.isNumber })
      else {
        return
      }
      classes[number, default: SlabClass(number: number, values: [:])].values[String(name)] = value
    }
    for item in items {
      let words = item.name.split(separator: ":")
      if words.count == 3, words[0] == "items" { add(words[1], words[2], item.value) }
    }
    var last = 0
    for slab in slabs {
      let words = slab.name.split(separator: ":")
      guard words.count == 2 else { continue }
      add(words[0], words[1], slab.value)
      last = ReportedNumber.read(words[0]) ?? last
    }
    return classes.values.filter { $0.number <= last }.sorted { $0.number < $1.number }
  }
}

// As C's printf sets text.

func left(_ text: String, _ width: Int) -> String { text + spaces(width - text.unicodeScalars.count) }
func right(_ text: String, _ width: Int) -> String { spaces(width - text.unicodeScalars.count) + text }

private func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

/// `%.1f` of a quotient, halves to even as C rounds what is exact in binary.
func oneDigit(_ number: Int, of divisor: Int) -> String {
  let (whole, rest) = (number * 10).quotientAndRemainder(dividingBy: divisor)
  let isUp = rest * 2 > divisor || (rest * 2 == divisor && whole % 2 == 1)
  let tenths = isUp ? whole + 1 : whole
  return "\(tenths / 10).\(tenths % 10)"
}
