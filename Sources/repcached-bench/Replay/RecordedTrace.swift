import Platform

/// A recorded trace: a little-endian number of 32 bits a request, which names the object that is asked for.
enum RecordedTrace {
  static func read(_ path: String) throws -> [UInt32] {
    let bytes = try FileBytes.read(path)
    if bytes.isEmpty { throw OptionError("it is empty") }
    guard bytes.count.isMultiple(of: 4) else { throw OptionError("its size is no multiple of 4 bytes") }
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
    }
  }
}
