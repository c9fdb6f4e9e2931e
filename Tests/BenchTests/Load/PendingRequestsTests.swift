import Testing

@testable import repcached_bench

@Suite("Requests on their way")
struct PendingRequestsTests {
  @Test("requests are answered in the order they were sent, many times around the ring")
  func order() {
    var pending = PendingRequests(depth: 3, keysPerGet: 2)
    var sent: UInt64 = 0
    var answered: UInt64 = 0
    for round in 0..<50 {
      while pending.count < 3 {
        pending.add(.get, start: sent)
        pending.setKey(0, UInt32(sent) * 2)
        pending.setKey(1, UInt32(sent) * 2 + 1)
        sent += 1
      }
      for _ in 0...(round % 3) {
        #expect(pending.start == answered)
        #expect(pending.nextKey == UInt32(answered) * 2)
        pending.settleKey()
        #expect(pending.nextKey == UInt32(answered) * 2 + 1)
        pending.removeFirst()
        answered += 1
      }
    }
    #expect(pending.count == Int(sent - answered))
  }
}
