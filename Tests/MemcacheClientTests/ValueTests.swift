import Platform
import Testing

@testable import MemcacheClient

struct MemcacheExpirationTests {
  @Test("Up to 30 days a time is relative, beyond that a moment")
  func times() {
    #expect(MemcacheExpiration.never.exptime == 0)
    #expect(MemcacheExpiration.after(.seconds(60)).exptime == 60)
    #expect(MemcacheExpiration.after(.milliseconds(1)).exptime == 1)
    #expect(MemcacheExpiration.after(.seconds(2_592_000)).exptime == 2_592_000)
    let now = Int64(SystemClock.unixMicroseconds() / 1_000_000)
    #expect((now...now + 10).contains(MemcacheExpiration.after(.seconds(2_592_001)).exptime - 2_592_001))
    #expect(MemcacheExpiration.at(2_000_000_000).exptime == 2_000_000_000)
  }

  @Test("What is past is expired, and not for ever")
  func past() {
    #expect(MemcacheExpiration.after(.zero).exptime == -1)
    #expect(MemcacheExpiration.after(.seconds(-5)).exptime == -1)
    #expect(MemcacheExpiration.at(0).exptime == -1)
    #expect(MemcacheExpiration.at(100).exptime == -1)
  }
}

struct MemcacheStorableTests {
  @Test("Values are bytes, text and numbers")
  func values() {
    #expect("é".memcacheBytes == [0xc3, 0xa9])
    #expect(String(memcacheBytes: [0xc3, 0xa9]) == "é")
    #expect(String(memcacheBytes: [0xff]) == nil)
    #expect((-12).memcacheBytes == Array("-12".utf8))
    #expect(Int(memcacheBytes: Array("9  ".utf8)) == 9)
    #expect(UInt32(memcacheBytes: Array("4294967296".utf8)) == nil)
    #expect(UInt64(memcacheBytes: Array("18446744073709551615".utf8)) == .max)
    #expect(Int(memcacheBytes: []) == nil)
  }

  @Test("Others are values by a codec")
  func codec() throws {
    let bytes = try MemcacheJSON().encode(["a": 1])
    #expect(try MemcacheJSON().decode([String: Int].self, from: bytes) == ["a": 1])
  }
}

struct MemcacheDistributionTests {
  @Test("Each rule has the hash that its name says")
  func names() {
    #expect(MemcacheDistribution.phpMemcache().rule == .phpMemcacheConsistent(.crc32))
    #expect(MemcacheDistribution.phpMemcache(consistent: false, hash: .fnv).rule == .phpMemcacheStandard(.fnv))
    #expect(MemcacheDistribution.modula().rule == .modula(.oneAtATime))
    #expect(MemcacheDistribution.consistent(.md5).rule == .consistent(.md5))
    #expect(MemcacheDistribution.twemproxyKetama(.fnv1a64).rule == .twemproxyKetama(.fnv1ax64))
    #expect(MemcacheDistribution.magent(ketama: true).rule == .magentKetama())
    #expect(MemcacheDistribution.pymemcache(bytesKeys: true).rule == .pymemcache(.bytes))
  }
}
