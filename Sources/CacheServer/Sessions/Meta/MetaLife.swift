import ItemStore
import MemcacheProtocol
import Platform

/// An item's time to live as `t` tells it: what stands before it among the flags has been done by then.
struct MetaLife {
  private var expiresAt: UInt32
  private let isCreated: Bool

  init(_ expiredAt: UInt32, isCreated: Bool) {
    expiresAt = expiredAt
    self.isCreated = isCreated
  }

  /// `T`, and `N`, which means only what it has made.
  mutating func note(_ letter: UInt8, _ request: MetaRequest, at moment: Moment) {
    if letter == UInt8(ascii: "T") {
      expiresAt = ProcessClock.expiresAt(exptime: request.exptime, at: moment)
    } else if isCreated {
      expiresAt = ProcessClock.expiresAt(exptime: request.vivifyExptime, at: moment)
    }
  }

  func write(at moment: Moment, to bytes: inout ByteBuffer) {
    MetaResponse.writeTimeToLive(expiresAt.secondsToLive(at: moment.seconds), to: &bytes)
  }
}

extension UInt32 {
  /// Of an expiry: nil for what lives for ever.
  func secondsToLive(at now: UInt32) -> UInt64? {
    if self == 0 || self == ProcessClock.far { return nil }
    return self > now ? UInt64(self - now) : 0
  }
}
