import ItemStore
import Platform
import Testing

@testable import Replication

/// A pass of the link thread ends in time, whatever there is to do; what is left is done in the next ones.
@Suite struct LinkDriverPassTests {
  @Test("many small frames that came at once are done in several passes")
  func receiving() throws {
    let rig = try DriverRig()
    let count = 5000
    var bytes = ByteBuffer(capacity: 0)
    for number in 1...count {
      let key = [UInt8]("k\(number)".utf8)
      bytes.reserve(64)
      bytes.write { FrameEncoder.delete(Version(Stamp(rawValue: UInt64(2 * number))), key: key.span, into: &$0) }
    }
    let byteCount = bytes.count
    #expect(bytes.send(to: rig.peer) == .bytes(byteCount))
    rig.driver.read(rig.channel)
    let perPart = Int(PassBudget.part / .microseconds(10) + 1) * 16
    #expect(rig.driver.replicator.counters.received <= perPart && rig.channel.hasUnparsed)
    var passes = 0
    while rig.channel.hasUnparsed, passes < count {
      let before = rig.driver.replicator.counters.received
      // As the loop would, for the socket is ready: what was read before comes first.
      rig.driver.read(rig.channel)
      #expect(rig.driver.replicator.counters.received == before)
      _ = rig.driver.pass()
      #expect(rig.driver.replicator.counters.received - before <= perPart)
      passes += 1
    }
    #expect(rig.driver.replicator.counters.received == count && passes >= count / perPart)
  }

  @Test("a copy of which nothing is wanted walks a part of the index in each pass, and comes to its end")
  func walking() throws {
    let rig = try DriverRig()
    var passes = 0
    while rig.driver.replicator.state.walk != nil, passes < 100_000 {
      let hasMore = rig.driver.pass()
      #expect(hasMore || rig.driver.replicator.state.walk == nil)
      passes += 1
    }
    let stepsPerPass = Int(PassBudget.part / .microseconds(10))
    let steps = (1 << DriverRig.bucketPower) / rig.driver.replicator.bucketsPerStep
    #expect(passes >= steps / (stepsPerPass + 1) && passes <= steps)
  }
}
