import EventLoop
import Transport

/// The TLS channels of a worker's connections. Beside those and not in them: a plain one would be larger for it.
struct ChannelTable {
  private var channels: [TLSChannel?] = []

  subscript(token: UInt32) -> TLSChannel? { token < channels.count ? channels[Int(token)] : nil }

  mutating func insert(_ channel: TLSChannel, _ token: UInt32) {
    while channels.count <= Int(token) { channels.append(nil) }
    channels[Int(token)] = channel
  }

  mutating func remove(_ token: UInt32) -> TLSChannel? {
    guard let channel = self[token] else { return nil }
    channels[Int(token)] = nil
    return channel
  }

  /// What to wait for, where a plain connection would wait for this: to read it may be needed to write first, and to write
  /// to read.
  func interest(of token: UInt32, _ wanted: Readiness) -> Readiness {
    guard let channel = self[token] else { return wanted }
    if wanted == .readable, channel.readWantsWrite { return .writable }
    if wanted == .writable, channel.writeWantsRead { return .readable }
    return wanted
  }
}

extension WorkerState {
  /// The turn begins of a connection that is not plain and idle.
  mutating func beginUnfinished(_ token: UInt32) {
    _ = begin(token)
    if let channel = channels[token] { turn.transport = .tls(channel) }
  }
}
