/// A request of memcached's binary protocol, right or wrong: every number of its header can be another than it should.
package struct BinaryFrame: Sendable {
  package var magic: UInt8 = 0x80
  package var opcode: UInt8
  package var key: [UInt8]
  package var extras: [UInt8]
  package var value: [UInt8]
  package var opaque: UInt32 = 0
  package var cas: UInt64
  package var keyCount: UInt16?
  package var extrasCount: UInt8?
  package var bodyCount: UInt32?

  package init(
    _ opcode: UInt8, _ key: String = "", extras: [UInt8] = [], value: [UInt8] = [], cas: UInt64 = 0,
    keyCount: UInt16? = nil, bodyCount: UInt32? = nil
  ) {
    (self.opcode, self.key, self.extras, self.value, self.cas) = (opcode, Array(key.utf8), extras, value, cas)
    (self.keyCount, self.bodyCount) = (keyCount, bodyCount)
  }

  package var bytes: [UInt8] {
    let keyCount = keyCount ?? UInt16(truncatingIfNeeded: key.count)
    let bodyCount = bodyCount ?? UInt32(extras.count + key.count + value.count)
    var bytes: [UInt8] = [magic, opcode] + Self.network(keyCount)
    bytes += [extrasCount ?? UInt8(truncatingIfNeeded: extras.count), 0, 0, 0]
    bytes += Self.network(bodyCount) + Self.network(opaque) + Self.network(cas)
    return bytes + extras + key + value
  }

  package static func network<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    stride(from: Number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> Number($0)) }
  }

  // MARK: Requests

  package static func get(_ key: String, _ opcode: UInt8 = 0x00) -> Self { Self(opcode, key) }

  package static func set(
    _ key: String, _ value: String, flags: UInt32 = 0, exptime: UInt32 = 0, cas: UInt64 = 0, _ opcode: UInt8 = 0x01
  ) -> Self {
    Self(opcode, key, extras: network(flags) + network(exptime), value: Array(value.utf8), cas: cas)
  }

  package static func append(_ key: String, _ value: String, cas: UInt64 = 0, _ opcode: UInt8 = 0x0e) -> Self {
    Self(opcode, key, value: Array(value.utf8), cas: cas)
  }

  package static func delete(_ key: String, cas: UInt64 = 0, _ opcode: UInt8 = 0x04) -> Self {
    Self(opcode, key, cas: cas)
  }

  package static func increment(
    _ key: String, by delta: UInt64, initial: UInt64 = 0, exptime: UInt32 = .max, cas: UInt64 = 0,
    _ opcode: UInt8 = 0x05
  ) -> Self {
    Self(opcode, key, extras: network(delta) + network(initial) + network(exptime), cas: cas)
  }

  package static func touch(_ key: String, _ exptime: UInt32, _ opcode: UInt8 = 0x1c) -> Self {
    Self(opcode, key, extras: network(exptime))
  }

  package static var noop: Self { Self(0x0a) }
}

extension [BinaryFrame] {
  /// Each with its place as the opaque.
  package var numbered: [UInt8] {
    enumerated().flatMap { place, frame in
      var frame = frame
      frame.opaque = UInt32(place)
      return frame.bytes
    }
  }
}
