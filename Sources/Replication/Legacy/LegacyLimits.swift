/// What a repcached 2.x takes. It says nothing about what it refuses, and reads the bytes of a value that it refused as
/// commands; so nothing is sent that it could refuse.
enum LegacyLimits {
  /// Bytes before a newline; it closes the connection on more.
  static let line = 1024
  /// Its `-I` where nobody changed it.
  static let defaultItemLimit = 1 << 20
  /// What it stores beside key and value: header, cas unique, flags and length as text, the ends of both. 83 bytes in
  /// 2.3.1.
  static let itemHead = 128
  /// It reads an expiry as a signed number of 32 bits; a later one is sent as this, the year 2038.
  static let maxExpiry = Int64(Int32.max)

  /// Whether a line can name the key: a space or a control byte would end it, or the line.
  static func canName(_ key: Span<UInt8>) -> Bool {
    guard 1...FrameLimits.key ~= key.count else { return false }
    for index in key.indices where key[index] <= 32 || key[index] == 127 { return false }
    return true
  }

  /// Whether an item of this size fits its `-I`.
  static func fits(keyCount: Int, valueCount: Int, limit: Int) -> Bool {
    itemHead + keyCount + valueCount <= limit
  }
}
