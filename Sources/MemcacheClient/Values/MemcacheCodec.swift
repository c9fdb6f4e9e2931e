#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How values of other types become bytes.
public protocol MemcacheCodec: Sendable {
  func encode(_ value: some Encodable) throws -> [UInt8]
  func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value
}

/// JSON.
public struct MemcacheJSON: MemcacheCodec {
  public init() {}

  public func encode(_ value: some Encodable) throws -> [UInt8] { Array(try JSONEncoder().encode(value)) }

  public func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes))
  }
}

extension MemcacheCodec where Self == MemcacheJSON {
  public static var json: MemcacheJSON { MemcacheJSON() }
}
