import Platform
import SystemPackage

/// A trace as libCacheSim reads it (its oracleGeneral format): 24 bytes a request, little-endian.
///
/// ```
///  time 4 | key 8 | size 4 | next access 8 (not known: -1… of no use to the policies asked)
/// ```
///
/// Every object has size 1, so that a cache's size is a number of objects.
enum TraceFile {
  static func write(_ trace: Trace, to name: String) throws {
    let permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
    let file = try FileDescriptor.open(
      FilePath(name), .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: permissions)
    try file.closeAfter {
      var block: [UInt8] = []
      for (number, key) in trace.enumerated() {
        append(UInt64(number / 50_000), bytes: 4, to: &block)
        append(UInt64(key) + 1, bytes: 8, to: &block)
        append(1, bytes: 4, to: &block)
        append(UInt64(bitPattern: -1), bytes: 8, to: &block)
        if block.count < 24 << 12, number + 1 < trace.requestCount { continue }
        _ = try file.writeAll(block)
        block.removeAll(keepingCapacity: true)
      }
    }
  }

  private static func append(_ number: UInt64, bytes: Int, to block: inout [UInt8]) {
    for shift in 0..<bytes { block.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(shift)))) }
  }
}
