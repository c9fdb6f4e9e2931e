/// What a side was started with that the other should be, too.
package struct PeerLimits: Equatable, Sendable {
  /// `-m`, bytes.
  package var memory: UInt64
  /// `-I`, bytes.
  package var maxItemSize: UInt64
  /// Not `-M`.
  package var evicts: Bool
  /// Not `-C`.
  package var hasCAS: Bool

  package init(memory: UInt64, maxItemSize: UInt64, evicts: Bool = true, hasCAS: Bool = true) {
    self.memory = memory
    self.maxItemSize = maxItemSize
    self.evicts = evicts
    self.hasCAS = hasCAS
  }

  /// What it costs that the peer was started differently, a line each. What only the peer loses is the peer's to tell.
  func differences(to peer: PeerLimits) -> [String] {
    var lines: [String] = []
    if peer.memory < memory {
      let (remote, local) = (Self.megabytes(peer.memory), Self.megabytes(memory))
      lines.append("the peer has -m \(remote), this side -m \(local): what it has no room for is here alone")
    }
    if peer.maxItemSize < maxItemSize {
      let (remote, local) = (Self.size(peer.maxItemSize), Self.size(maxItemSize))
      lines.append("the peer has -I \(remote), this side -I \(local): larger values are here alone")
    }
    if peer.evicts != evicts {
      lines.append(
        evicts
          ? "only the peer has -M: when it is full, what is written here is here alone"
          : "only this side has -M: when it is full, what is written at the peer is there alone")
    }
    if peer.hasCAS != hasCAS {
      lines.append(
        hasCAS ? "only the peer has -C: no cas succeeds there" : "only this side has -C: no cas succeeds here")
    }
    return lines
  }

  /// What is not the same on both, whomever it costs something.
  package func unequal(to peer: PeerLimits) -> [String] {
    var flags: [String] = []
    if peer.memory != memory {
      flags.append("-m \(Self.megabytes(memory)) here, \(Self.megabytes(peer.memory)) there")
    }
    if peer.maxItemSize != maxItemSize {
      flags.append("-I \(Self.size(maxItemSize)) here, \(Self.size(peer.maxItemSize)) there")
    }
    if peer.evicts != evicts { flags.append(evicts ? "-M only there" : "-M only here") }
    if peer.hasCAS != hasCAS { flags.append(hasCAS ? "-C only there" : "-C only here") }
    return flags
  }

  private static func megabytes(_ bytes: UInt64) -> String { String(bytes >> 20) }

  /// As `-I` takes it.
  private static func size(_ bytes: UInt64) -> String {
    if bytes.isMultiple(of: 1 << 20) { return "\(bytes >> 20)m" }
    return bytes.isMultiple(of: 1 << 10) ? "\(bytes >> 10)k" : String(bytes)
  }
}
