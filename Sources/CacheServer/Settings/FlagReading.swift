/// How the text of a flag becomes a value, how a value is shown as the default, and what values there may be.
struct FlagReading<Value>: Sendable {
  let range: String?
  let read: @Sendable (SettingsValue) throws(SettingsError) -> Value
  let show: @Sendable (Value) -> String?

  init(
    range: String? = nil, show: @escaping @Sendable (Value) -> String?,
    read: @escaping @Sendable (SettingsValue) throws(SettingsError) -> Value
  ) {
    (self.range, self.show, self.read) = (range, show, read)
  }

  /// Nil until the flag is given.
  var optional: FlagReading<Value?> {
    FlagReading<Value?>(
      range: range, show: { $0.flatMap(show) },
      read: { (value) throws(SettingsError) in try read(value) })
  }
}

extension FlagReading where Value == Int {
  /// - Parameters:
  ///   - kind: as messages call it.
  ///   - unit: what the number is multiplied by.
  static func integer(_ range: ClosedRange<Int>, _ kind: String = "a number", unit: Int = 1) -> Self {
    Self(range: "\(range.lowerBound) to \(range.upperBound)", show: { String($0 / unit) }) {
      (value) throws(SettingsError) in try value.integer(range, kind) * unit
    }
  }

  static func powerOfTwo(_ range: ClosedRange<Int>, _ kind: String, unit: Int) -> Self {
    Self(range: "\(range.lowerBound) to \(range.upperBound), a power of two", show: { String($0 / unit) }) {
      (value) throws(SettingsError) in try value.powerOfTwo(range, kind) * unit
    }
  }

  /// Bytes, with k or m behind the number.
  static func size(_ range: ClosedRange<Int>) -> Self {
    let words = "\(text(of: range.lowerBound)) to \(text(of: range.upperBound))"
    return Self(range: words, show: { text(of: $0) }) { (value) throws(SettingsError) in
      try value.size(range, "from \(words)")
    }
  }

  private static func text(of bytes: Int) -> String {
    bytes.isMultiple(of: 1 << 20) ? "\(bytes >> 20)m" : "\(bytes >> 10)k"
  }
}

extension FlagReading where Value == Int32 {
  static func integer(_ range: ClosedRange<Int32>) -> Self {
    Self(range: "\(range.lowerBound) to \(range.upperBound)", show: { String($0) }) { (value) throws(SettingsError) in
      Int32(try value.integer(Int(range.lowerBound)...Int(range.upperBound)))
    }
  }
}

extension FlagReading where Value == UInt32 {
  static var octalMode: Self {
    Self(show: { "0" + String($0, radix: 8) }) { (value) throws(SettingsError) in try value.octalMode() }
  }
}

extension FlagReading where Value == Double {
  static var factor: Self {
    Self(show: { String($0) }) { (value) throws(SettingsError) in try value.factor() }
  }
}

extension FlagReading where Value == BindingProtocol {
  static var bindingProtocol: Self {
    Self(show: { $0.rawValue }) { (value) throws(SettingsError) in
      guard let chosen = BindingProtocol(rawValue: value.text) else {
        throw .malformed(value, expected: "auto, ascii or binary")
      }
      return chosen
    }
  }
}

extension FlagReading where Value == UInt8 {
  static var character: Self {
    Self(show: { "\"\(UnicodeScalar($0))\"" }) { (value) throws(SettingsError) in try value.character() }
  }
}

extension FlagReading where Value == String? {
  /// Of a host whose port another flag tells.
  static func host(_ kind: String) -> Self {
    Self(show: { $0 }) { (value) throws(SettingsError) in
      guard Settings.Address.isHost(value.text) else { throw .malformed(value, expected: kind) }
      return value.text
    }
  }

  /// Of a host, a user or a file.
  static func name(_ kind: String) -> Self {
    Self(show: { $0 }) { (value) throws(SettingsError) in try value.name(kind) }
  }
}

extension FlagReading where Value == Int {
  /// As memcached's: without a value it is 1.
  static var automoveLevel: Self {
    let levels = integer(0...2)
    return Self(range: levels.range, show: levels.show) { (value) throws(SettingsError) in
      value.text.isEmpty ? 1 : try levels.read(value)
    }
  }
}

extension FlagReading where Value == Settings.Address? {
  /// `8080`, `host:8080` or `[v6]:8080`: with a port always, on loopback where no host is told.
  static var httpPlace: Self {
    Self(show: { _ in nil }) { (value) throws(SettingsError) in
      if value.text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
        return Settings.Address(host: "localhost", port: UInt16(clamping: try value.integer(1...65535, "a port")))
      }
      guard let place = try? Settings.Address(value), let port = place.port, port > 0 else {
        throw .malformed(value, expected: "port, host:port or [v6]:port")
      }
      return place
    }
  }
}

// Of options that have no meaning here: they are judged as memcached judges them.

extension FlagReading where Value == Void {
  static func number(_ range: ClosedRange<Int>) -> Self {
    Self(show: { nil }) { (value) throws(SettingsError) in _ = try value.integer(range) }
  }

  /// Above zero, up to `most`.
  static func fraction(upTo most: Double) -> Self {
    Self(show: { nil }) { (value) throws(SettingsError) in
      guard let number = Double(value.text), number > 0, number <= most else {
        let bound = most.isFinite ? " and at most \(Int(most))" : ""
        throw .malformed(value, expected: "a number greater than 0\(bound)")
      }
    }
  }

  static func word(of words: [String]) -> Self {
    Self(show: { nil }) { (value) throws(SettingsError) in
      guard words.contains(value.text) else { throw .malformed(value, expected: words.joined(separator: ", ")) }
    }
  }

  /// Sizes of chunks that rise by more than the eight bytes to which memcached aligns them: `100-200-400`.
  static var chunkSizes: Self {
    Self(show: { nil }) { (value) throws(SettingsError) in
      var (last, count) = (0, 0)
      for part in value.text.split(separator: "-") {
        let size = Int(part) ?? 0
        guard size > last + 8, size <= 1 << 20 else {
          throw .malformed(value, expected: "sizes that rise by more than 8, such as 100-200-400")
        }
        (last, count) = (size, count + 1)
      }
      guard (1...62).contains(count) else { throw .malformed(value, expected: "1 to 62 sizes, such as 100-200-400") }
    }
  }

  /// A file with its size, and the kind of items that it is for: `/mnt/file:5G`, `/mnt/file:1T:old`.
  static var externalFile: Self {
    Self(show: { nil }) { (value) throws(SettingsError) in
      let parts = value.text.split(separator: ":")
      guard parts.count > 1, let unit = parts[1].last, "mgtpMGTP".contains(unit), let size = Int(parts[1].dropLast()),
        size > 0
      else { throw .malformed(value, expected: "a file and its size, such as /mnt/file:5G") }
      let kinds = ["compact", "lowttl", "chunked", "default", "coldcompact", "old"]
      guard parts.count == 2 || kinds.contains(String(parts[2])) else {
        throw .malformed(value, expected: "behind the size \(kinds.joined(separator: ", "))")
      }
    }
  }

  static var text: Self {
    Self(show: { nil }) { (value) throws(SettingsError) in _ = try value.name("a text") }
  }
}
