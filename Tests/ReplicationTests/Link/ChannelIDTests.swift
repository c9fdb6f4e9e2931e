import Testing

@testable import Replication

@Suite struct ChannelIDTests {
  @Test("numbers begin anew after the last, and never reach those of the listeners")
  func numbers() {
    #expect(ChannelID.number(after: 0) == 1)
    #expect(ChannelID.number(after: ChannelID.last - 1) == ChannelID.last)
    for previous in [ChannelID.last, .max] { #expect(ChannelID.number(after: previous) == 1) }
    #expect(LinkDriver.listenerToken > ChannelID.last)
  }
}
