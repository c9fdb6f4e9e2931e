import ConnectionServer
import Transport

extension Settings {
  /// One place to listen, as `-l` names it: `host`, `host:port`, `[v6]:port`, a bare v6 address, or `*`.
  package struct Address: Sendable, Hashable {
    /// A name or a number; nil for every interface.
    package var host: String?
    /// nil: the port of `-p`.
    package var port: UInt16?
    /// What stands before it, of TLS; nil: as everywhere.
    package var security: ListeningPlace.Security?
    /// The protocol that stands before it; nil: the one of -B.
    package var bindingProtocol: BindingProtocol?

    package init(host: String? = nil, port: UInt16? = nil) {
      self.host = host
      self.port = port
    }
  }
}

extension Settings.Address {
  /// Reads a `-l` list.
  static func list(_ value: SettingsValue) throws(SettingsError) -> [Self] {
    let entries = value.text.split(whereSeparator: { $0 == "," || $0 == ";" })
    guard !entries.isEmpty else { throw .malformed(value, expected: "an address or a host name") }
    var addresses: [Self] = []
    for entry in entries { addresses.append(try listed(entry, flag: value.flag)) }
    return addresses
  }

  /// `notls:`, `btls:` and `mtls:` are memcached's, for what differs from -Z and ssl_verify_mode at one address.
  private static let securities: [(prefix: String, security: ListeningPlace.Security)] = [
    ("notls:", .none), ("btls:", .tls(TLSSettings.Verification.none)), ("mtls:", .tls(.require)),
  ]

  /// The names that memcached has for protocols in `proto[…]:`.
  private static let protocols: [Substring: BindingProtocol] = [
    "ascii": .ascii, "binary": .binary, "negotiating": .auto,
  ]

  /// One entry with what memcached lets stand before it, in its order: `mtls:proto[ascii]:tag[admin]:host:port`.
  private static func listed(_ entry: Substring, flag: String) throws(SettingsError) -> Self {
    var rest = entry
    let security = securities.first { entry.hasPrefix($0.prefix) }
    rest = rest.dropFirst(security?.prefix.count ?? 0)
    let spoken = try bracketed("proto", in: &rest, flag: flag)
    // Tags are names for the routes of memcached's proxy: here nothing asks for them.
    if let tag = try bracketed("tag", in: &rest, flag: flag), !(1...8).contains(tag.utf8.count) {
      throw .malformed(SettingsValue(flag: flag, text: entry), expected: "a tag of 1 to 8 characters")
    }
    var address = try Self(SettingsValue(flag: flag, text: rest))
    address.security = security?.security
    if let spoken {
      guard let known = protocols[spoken] else {
        throw .malformed(
          SettingsValue(flag: flag, text: entry), expected: "proto[ascii], proto[binary] or proto[negotiating]")
      }
      address.bindingProtocol = known
    }
    return address
  }

  /// What stands in `name[…]:` at the beginning, which is taken off; a tag may stand between underscores, too.
  private static func bracketed(
    _ name: String, in rest: inout Substring, flag: String
  ) throws(SettingsError) -> Substring? {
    let behind = rest.dropFirst(name.count)
    guard rest.hasPrefix(name), let open = behind.first, open == "[" || open == "_" && name == "tag" else { return nil }
    let text = behind.dropFirst()
    guard let end = text.firstIndex(where: { $0 == "]" || $0 == open }), text[text.index(after: end)...].first == ":"
    else {
      throw .malformed(SettingsValue(flag: flag, text: rest), expected: "\(name)[…]: before an address")
    }
    rest = text[end...].dropFirst(2)
    return text[..<end]
  }

  /// Reads one entry of a `-l` list. More than one colon outside brackets is an IPv6 address without a port.
  package init(_ value: SettingsValue) throws(SettingsError) {
    let text = value.text[...]
    if text.first == "[" {
      self = try Self.bracketed(value)
      return
    }
    let colons = text.count(where: { $0 == ":" })
    guard colons == 1, let colon = text.firstIndex(of: ":") else {
      self.init(host: try Self.host(text, of: value))
      return
    }
    let port = try SettingsValue(flag: value.flag, text: text[text.index(after: colon)...]).port()
    self.init(host: try Self.host(text[..<colon], of: value), port: port)
  }

  private static func bracketed(_ value: SettingsValue) throws(SettingsError) -> Self {
    guard let end = value.text.firstIndex(of: "]") else { throw .malformed(value, expected: "[v6]:port") }
    let host = try host(value.text.dropFirst().prefix(upTo: end), of: value)
    let rest = value.text[value.text.index(after: end)...]
    if rest.isEmpty { return Self(host: host) }
    guard rest.first == ":" else { throw .malformed(value, expected: "[v6]:port") }
    return Self(host: host, port: try SettingsValue(flag: value.flag, text: rest.dropFirst()).port())
  }

  /// Whether it may be a host's name (RFC 1123; underscores and other bytes than ASCII's are met in practice) or address.
  static func isHost(_ text: some StringProtocol) -> Bool {
    let isIPv6 = text.count { $0 == ":" } > 1
    let others = Set((isIPv6 ? ".-_:%" : ".-_").utf8)
    let mayStand = { (byte: UInt8) in
      byte >= 0x80 || others.contains(byte) || Character(UnicodeScalar(byte)).isLetter
        || Character(UnicodeScalar(byte)).isNumber
    }
    return !text.isEmpty && text.utf8.count <= 253 && text.first != "-" && text.utf8.allSatisfy(mayStand)
  }

  private static func host(_ text: Substring, of value: SettingsValue) throws(SettingsError) -> String? {
    guard text == "*" || isHost(text) else { throw .malformed(value, expected: "an address or a host name") }
    return text == "*" ? nil : String(text)
  }
}
