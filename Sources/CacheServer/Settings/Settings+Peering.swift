extension Settings {
  /// Who the copy of this cache is kept with, and how.
  package struct Peering: Sendable, Equatable {
    /// The host of `-x`; nil: wait to be found.
    package var peer: String?
    /// Where the peer connects to. 0: replication is off.
    package var listenPort: UInt16 = 11212
    /// Where the peer listens.
    package var connectPort: UInt16 = 11212
    /// Without `-X` the default port is optional: where it is taken, a daemon without `-x` warns and serves alone.
    package var isPortGiven = false
    /// The file with what both sides must know; nil: the peer's address is all that is asked for.
    package var secretFile: String?
    /// The pair speaks TLS, and each side shows a certificate.
    package var usesTLS = false
    /// The peer may be a repcached 2.x that says nothing, also after another kind has been met.
    package var expectsLegacy = false
    /// How long to look for the peer before listening as its master.
    package var connectMilliseconds = 1000
    /// How long the answer to a mutation waits for the peer to have it; nil: not at all.
    package var acknowledgementMilliseconds: Int?
    /// Records that may wait for the peer before its stream is given up for a catch-up.
    package var queueRecords = 1 << 20
    /// The same in bytes.
    package var queueBytes = 64 << 20

    package var isEnabled: Bool { listenPort != 0 }

    package init() {}
  }
}

extension Settings.Peering {
  /// `-X 11212` listens there and connects there; `-X a:b` listens on a and connects to b; `-X 0` is off.
  mutating func setPorts(_ value: SettingsValue) throws(SettingsError) {
    let parts = value.text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2 else { throw .malformed(value, expected: "a port or listen:connect") }
    var ports: [UInt16] = []
    for part in parts {
      guard let port = try? SettingsValue(flag: value.flag, text: part).port() else {
        throw .malformed(value, expected: "a port or listen:connect")
      }
      ports.append(port)
    }
    guard let listen = ports.first, let connect = ports.last, ports.count == 1 || !ports.contains(0) else {
      throw .malformed(value, expected: "a port or listen:connect")
    }
    (listenPort, connectPort, isPortGiven) = (listen, connect, true)
  }
}
