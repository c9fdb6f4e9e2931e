/// What can be a value by itself: bytes, text, integers.
///
/// Integers are written in decimal, so that `increment` understands them.
public protocol MemcacheStorable: Sendable {
  var memcacheBytes: [UInt8] { get }
  /// Nil: the bytes are no such value.
  init?(memcacheBytes: [UInt8])
}

extension [UInt8]: MemcacheStorable {
  public var memcacheBytes: [UInt8] { self }
  public init?(memcacheBytes: [UInt8]) { self = memcacheBytes }
}

extension String: MemcacheStorable {
  public var memcacheBytes: [UInt8] { Array(utf8) }
  public init?(memcacheBytes: [UInt8]) { self.init(validating: memcacheBytes, as: UTF8.self) }
}

extension MemcacheStorable where Self: FixedWidthInteger {
  public var memcacheBytes: [UInt8] { Array(String(self).utf8) }
  /// What `decrement` leaves may end in spaces.
  public init?(memcacheBytes: [UInt8]) {
    guard let text = String(validating: memcacheBytes, as: UTF8.self) else { return nil }
    let end = text.lastIndex { $0 != " " }
    self.init(end.map { text[...$0] } ?? "")
  }
}

extension Int: MemcacheStorable {}
extension Int32: MemcacheStorable {}
extension Int64: MemcacheStorable {}
extension UInt: MemcacheStorable {}
extension UInt32: MemcacheStorable {}
extension UInt64: MemcacheStorable {}

/// A value with what a server keeps beside it.
public struct MemcacheItem<Value: Sendable>: Sendable {
  public let value: Value
  /// The client's own number, which servers keep and do not read.
  public let flags: UInt32
  /// Changes with every change: for ``MemcacheClient/compareAndSwap(_:to:unique:flags:expiration:)``.
  public let unique: UInt64
}

extension MemcacheItem: Equatable where Value: Equatable {}
