import KeyDistribution

/// Why a command line cannot be followed. Its description is the one line that the user reads.
package enum ProxySettingsError: Error, Equatable, CustomStringConvertible {
  case malformed(ProxyValue, expected: String)
  case outOfRange(ProxyValue, allowed: String)
  case unknownFlag(String)
  case missingValue(String)
  case unwantedValue(String)
  case ambiguousFlag(String, [String])
  case unexpectedArgument(String)
  case contradiction(String)
  /// Of the file of --config.
  case unreadable(String, String)
  case inFile(String, line: Int, String)

  package var description: String {
    switch self {
    case .malformed(let value, let expected): "\(value.flag) takes \(expected), not '\(value.printable)'"
    case .outOfRange(let value, let allowed): "\(value.flag) must be \(allowed), not '\(value.printable)'"
    case .unknownFlag(let name): "\(ProxyValue.printable(name)) is unknown (magent -h lists the flags)"
    case .missingValue(let name): "\(name) needs a value"
    case .unwantedValue(let name): "\(name) takes no value"
    case .ambiguousFlag(let name, let meant): "\(ProxyValue.printable(name)) may be \(meant.joined(separator: " or "))"
    case .unexpectedArgument(let text): "unexpected argument '\(ProxyValue.printable(text))'"
    case .contradiction(let what): what
    case .unreadable(let path, let why): "--config: cannot read \(ProxyValue.printable(path)): \(why)"
    case .inFile(let path, let line, let why): "\(ProxyValue.printable(path)):\(line): \(why)"
    }
  }
}

/// The text given to one flag, and the readings of it. A reading takes the whole text or throws.
package struct ProxyValue: Sendable, Equatable {
  /// As the user knows it, for messages.
  package let flag: String
  package let text: String

  func integer(_ range: ClosedRange<Int>) throws(ProxySettingsError) -> Int {
    guard !text.isEmpty, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
      throw .malformed(self, expected: "a number")
    }
    // Too many digits for an Int is out of every range, not malformed.
    let number = Int(text) ?? .max
    guard range.contains(number) else {
      throw .outOfRange(self, allowed: "from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// Bytes, with `k` or `m` behind the number.
  func size(_ range: ClosedRange<Int>) throws(ProxySettingsError) -> Int {
    let units: [Character: Int] = ["k": 1 << 10, "K": 1 << 10, "m": 1 << 20, "M": 1 << 20]
    let unit = text.last.flatMap { units[$0] }
    let digits = ProxyValue(flag: flag, text: unit == nil ? text : String(text.dropLast()))
    guard let number = try? digits.integer(0...Int.max) else {
      throw .malformed(self, expected: "a size such as 512k or 1m")
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
    guard !overflow, range.contains(bytes) else {
      throw .outOfRange(self, allowed: "from \(range.lowerBound >> 10)k to \(range.upperBound >> 20)m")
    }
    return bytes
  }

  /// One of a few words.
  func word<Value>(_ meaning: (String) -> Value?, of words: [String]) throws(ProxySettingsError) -> Value {
    guard let value = meaning(text) else { throw .malformed(self, expected: "one of \(words.joined(separator: ", "))") }
    return value
  }

  func hashTag() throws(ProxySettingsError) -> HashTag {
    let bytes = Array(text.utf8)
    guard bytes.count == 2, bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw .malformed(self, expected: "two characters such as {}")
    }
    return HashTag(open: bytes[0], close: bytes[1])
  }

  func name(_ kind: String) throws(ProxySettingsError) -> String {
    guard !text.isEmpty, !text.utf8.contains(0) else { throw .malformed(self, expected: kind) }
    return text
  }

  /// `host:port`, `port`, or `*:port` for every interface.
  func listeningAddress() throws(ProxySettingsError) -> ListeningAddress {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let last = parts.last, parts.count <= 2 || text.hasPrefix("[") else {
      throw .malformed(self, expected: "host:port")
    }
    guard let port = try? ProxyValue(flag: flag, text: String(last)).integer(0...65535) else {
      throw .malformed(self, expected: "host:port")
    }
    if parts.count == 1 { return ListeningAddress(host: "127.0.0.1", port: UInt16(port)) }
    if parts[0] == "*" { return ListeningAddress(host: nil, port: UInt16(port)) }
    return ListeningAddress(host: try side(text[...]).host, port: UInt16(port))
  }

  /// `host:port`, or two of them with `|` between.
  func backend() throws(ProxySettingsError) -> BackendAddress {
    let sides = text.split(separator: "|", omittingEmptySubsequences: false)
    guard sides.count <= 2 else { throw .malformed(self, expected: "host:port or host:port|host:port") }
    let first = try side(sides[0])
    guard sides.count == 2 else { return BackendAddress(first) }
    let second = try side(sides[1])
    if first == second { throw .malformed(self, expected: "two servers") }
    return BackendAddress(first, second)
  }

  /// `host`, `host:port` or `[v6]:port`.
  private func side(_ text: Substring) throws(ProxySettingsError) -> BackendAddress.Side {
    var host = text
    var port: Substring?
    if host.first == "[", let end = host.firstIndex(of: "]") {
      let rest = host[host.index(after: end)...]
      guard rest.isEmpty || rest.first == ":" else { throw .malformed(self, expected: "host:port") }
      port = rest.isEmpty ? nil : rest.dropFirst()
      host = host[host.index(after: host.startIndex)..<end]
    } else if host.count(where: { $0 == ":" }) == 1, let colon = host.firstIndex(of: ":") {
      port = host[host.index(after: colon)...]
      host = host[..<colon]
    }
    guard Self.isHost(host) else { throw .malformed(self, expected: "host:port") }
    let number = try port.map { (port) throws(ProxySettingsError) in
      try ProxyValue(flag: flag, text: String(port)).integer(1...65535)
    }
    return BackendAddress.Side(host: String(host), port: UInt16(number ?? 11211))
  }

  private static func isHost(_ text: Substring) -> Bool {
    let isIPv6 = text.count { $0 == ":" } > 1
    return !text.isEmpty && text.utf8.count <= 253 && text.first != "-"
      && text.allSatisfy { $0.isLetter || $0.isNumber || ".-_".contains($0) || isIPv6 && ":%".contains($0) }
  }

  /// The text as it may stand in a message of one line.
  var printable: String { Self.printable(text) }

  static func printable(_ text: String) -> String {
    let clean = String(text.map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 0x20 } ? "?" : $0 })
    return clean.count <= 60 ? clean : clean.prefix(60) + "…"
  }
}
