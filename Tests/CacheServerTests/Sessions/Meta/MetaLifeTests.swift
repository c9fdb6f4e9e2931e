import ItemStore
import Platform
import Testing

@testable import CacheServer

@Suite("An item's time to live")
struct MetaLifeTests {
  @Test("is the seconds that are left, none where it has ended, and told as -1 where it never does") func seconds() {
    #expect(UInt32(0).secondsToLive(at: 100) == nil)
    #expect(ProcessClock.far.secondsToLive(at: 100) == nil)
    #expect(UInt32(130).secondsToLive(at: 100) == 30)
    #expect(UInt32(100).secondsToLive(at: 100) == 0)
    #expect(ProcessClock.expired.secondsToLive(at: 100) == 0)
  }

  @Test("is told as it was before the command that asks") func before() {
    let moment = Moment(seconds: 100, unixMicroseconds: 0)
    for (expiresAt, text) in [(UInt32(0), " t-1"), (160, " t60")] {
      var buffer = ByteBuffer(capacity: 100)
      MetaLife(expiresAt, isCreated: false).write(at: moment, to: &buffer)
      let bytes = buffer.bytes
      #expect((0..<bytes.count).map { String(UnicodeScalar(bytes[$0])) }.joined() == text)
    }
  }
}
