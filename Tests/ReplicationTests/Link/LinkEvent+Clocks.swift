import ItemStore

@testable import Replication

extension LinkEvent {
  /// Of a side that has given no stamp yet.
  static func hello(_ channel: ChannelID, _ hello: Hello, unixMicroseconds: UInt64, proven: Bool) -> LinkEvent {
    let clock = ClockReading(unixMicroseconds: unixMicroseconds, highestStamp: .zero)
    return .hello(channel, hello, clock: clock, proven: proven)
  }

  static func confirmed(_ channel: ChannelID, proven: Bool) -> LinkEvent {
    let clock = ClockReading(unixMicroseconds: LinkMachineHarness.wallClock, highestStamp: .zero)
    return .confirmed(channel, clock: clock, proven: proven)
  }
}
