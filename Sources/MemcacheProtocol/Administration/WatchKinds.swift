/// What `watch` shows: memcached's kinds, and what the link to the peer does.
package struct WatchKinds: OptionSet, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Requests as they came.
  package static var rawCommands: WatchKinds { WatchKinds(rawValue: 1 << 0) }
  package static var evictions: WatchKinds { WatchKinds(rawValue: 1 << 1) }
  /// Keys that were looked up.
  package static var fetchers: WatchKinds { WatchKinds(rawValue: 1 << 2) }
  /// Values that were stored, or not.
  package static var mutations: WatchKinds { WatchKinds(rawValue: 1 << 3) }
  /// What goes on in the background.
  package static var systemEvents: WatchKinds { WatchKinds(rawValue: 1 << 4) }
  /// Clients that come and go.
  package static var connectionEvents: WatchKinds { WatchKinds(rawValue: 1 << 5) }
  /// A proxy's requests, events and own lines, of which there are none here.
  package static var proxyRequests: WatchKinds { WatchKinds(rawValue: 1 << 6) }
  package static var proxyEvents: WatchKinds { WatchKinds(rawValue: 1 << 7) }
  package static var proxyUser: WatchKinds { WatchKinds(rawValue: 1 << 8) }
  package static var deletions: WatchKinds { WatchKinds(rawValue: 1 << 9) }
  /// What the link to the peer does, and why.
  package static var replication: WatchKinds { WatchKinds(rawValue: 1 << 10) }

  /// In the order in which memcached compares: any beginning of a name will do, and the first that fits is meant.
  private static var names: [(name: String, kind: WatchKinds)] {
    [
      ("rawcmds", .rawCommands), ("evictions", .evictions), ("fetchers", .fetchers), ("mutations", .mutations),
      ("sysevents", .systemEvents), ("connevents", .connectionEvents), ("proxyreqs", .proxyRequests),
      ("proxyevents", .proxyEvents), ("proxyuser", .proxyUser), ("deletions", .deletions),
      ("replication", .replication),
    ]
  }

  init?(_ word: ByteRange, in input: Span<UInt8>) {
    guard let found = Self.names.first(where: { input.word(word, begins: $0.name) }) else { return nil }
    self = found.kind
  }
}
