import Platform
import Testing

@testable import ItemStore

extension PeerName {
  static func numbered(_ node: UInt64, epoch: UInt32 = 0) -> PeerName {
    PeerName(PeerIdentity(node: node, boot: 1), epoch: epoch)
  }
}

@Suite("What has settled, and with whom")
struct SettledKeysTests {
  private func hash(_ number: Int) -> UInt64 { BloomFilterTests.hash("\(number)") }

  /// Keys that count at a link with the partner.
  private func counted(_ keys: SettledKeys, _ partner: Int, _ lock: borrowing SpinLock) -> [Int] {
    _ = keys.meet(.numbered(UInt64(partner)), lock)
    keys.top = 100
    return (0..<40).filter { keys.covers(hash($0), 100) }
  }

  @Test("Each partner is asked for what settled with the other; with both, once the horizon has fallen, for neither")
  func both() throws {
    let lock = SpinLock()
    let keys = try SettledKeys(bitCount: 1 << 14)
    #expect(counted(keys, 1, lock) == [])
    keys.insert(hash(1))
    #expect(counted(keys, 2, lock) == [1])
    keys.insert(hash(2))
    #expect(counted(keys, 1, lock) == [2])
    keys.fall(lock)
    #expect(counted(keys, 2, lock) == [1] && counted(keys, 1, lock) == [])
    #expect(counted(keys, 3, lock) == [1, 2])
  }

  @Test("A third takes the place of the one before the last, whose keys count for everybody, and of both for the other")
  func third() throws {
    let lock = SpinLock()
    let keys = try SettledKeys(bitCount: 1 << 14)
    for partner in 1...2 {
      _ = counted(keys, partner, lock)
      keys.insert(hash(partner))
    }
    _ = counted(keys, 1, lock)
    keys.fall(lock)
    keys.insert(hash(11))
    _ = counted(keys, 2, lock)
    keys.insert(hash(12))
    // 2 has settled with both; 1 and 11 with the first, 12 with the second.
    #expect(counted(keys, 3, lock) == [1, 2, 11, 12])
    keys.insert(hash(3))
    #expect(counted(keys, 2, lock) == [1, 3, 11], "2 settled with it and the first; 1 and 11 with the first alone")
    #expect(counted(keys, 1, lock) == [1, 2, 3, 11, 12], "its place was given up")
  }

  @Test("A filter that is full, and one without a bit, stand for every key", arguments: [0, 60])
  func full(bits: Int) throws {
    let lock = SpinLock()
    let keys = try SettledKeys(bitCount: bits)
    _ = counted(keys, 1, lock)
    for number in 100..<200 { keys.insert(hash(number)) }
    #expect(keys.isFull && counted(keys, 2, lock).count == 40 && !keys.covers(hash(1), 101))
    if bits > 0 { #expect(counted(keys, 1, lock) == []) }
  }

  @Test("Nothing is known of somebody without a name: what settled then counts for all, and all counts there")
  func unnamed() throws {
    let lock = SpinLock()
    let keys = try SettledKeys(bitCount: 1 << 14)
    _ = counted(keys, 1, lock)
    keys.insert(hash(1))
    keys.leave(lock)
    keys.insert(hash(2))
    keys.top = 100
    #expect(keys.covers(hash(1), 100) && keys.covers(hash(2), 100) && !keys.covers(hash(3), 100))
    #expect(counted(keys, 1, lock) == [2])
  }
}
