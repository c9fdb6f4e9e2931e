import MemcacheProtocol
import Testing

@testable import CacheServer

@Suite("What a connection of the binary protocol has not finished")
struct UnfinishedFrameTests {
  @Test("Anything that comes next is something") func something() {
    var frame = UnfinishedFrame()
    let isNothing = frame.isNothing
    #expect(isNothing)
    let request = BinaryHeader(0x10, opaque: 0, cas: 0)
    let changes: [(inout UnfinishedFrame) -> Void] = [
      { $0.swallow = 1 }, { $0.refusal = .init(request: request, status: .invalidArguments) },
      { $0.statistics = StatisticFrames([], request) }, { $0.held.until = 0 },
    ]
    for change in changes {
      frame = UnfinishedFrame()
      change(&frame)
      let (isNothing, missing) = (frame.isNothing, frame.missingValue)
      #expect(!isNothing && missing == 0)
    }
  }
}
