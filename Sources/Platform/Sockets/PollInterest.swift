/// What a `Poller` waits for. The bits are epoll's.
package struct PollInterest: OptionSet, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let readable = PollInterest(rawValue: 0x1)
  package static let writable = PollInterest(rawValue: 0x4)
}
