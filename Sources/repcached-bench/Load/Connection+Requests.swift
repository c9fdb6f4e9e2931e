import MemcacheProtocol
import Platform

extension Connection {
  /// Writes one request of whatever kind comes next, and notes what its answer has to be.
  @inline(__always) mutating func ask(
    _ source: inout RequestSource, _ workload: borrowing Workload, start: UInt64, to output: inout ByteBuffer
  ) {
    output.reserve(workload.maxRequestCount)
    let kind = source.nextKind(workload)
    pending.add(kind, start: start)
    if kind == .get {
      get(&source, workload, to: &output)
    } else {
      set(source.nextKey(workload), workload, to: &output)
    }
  }

  @inline(__always) private mutating func get(
    _ source: inout RequestSource, _ workload: borrowing Workload, to output: inout ByteBuffer
  ) {
    TextRequestWriter.beginGet(to: &output)
    for position in 0..<workload.keysPerGet {
      let key = source.nextKey(workload)
      pending.setKey(position, key)
      output.append(UInt8(ascii: " "))
      workload.keys.append(key, to: &output)
    }
    TextRequestWriter.endLine(to: &output)
  }

  @inline(__always) private mutating func set(
    _ key: UInt32, _ workload: borrowing Workload, to output: inout ByteBuffer
  ) {
    pending.setKey(0, key)
    output.append("set ")
    workload.keys.append(key, to: &output)
    output.append(" 0 ")
    output.append(decimal: UInt64(workload.expiry))
    output.append(UInt8(ascii: " "))
    output.append(decimal: UInt64(workload.values.size(key)))
    output.append("\r\n")
    workload.values.append(key, to: &output)
    output.append("\r\n")
  }
}

/// Requests are written straight into the output buffer.
extension ByteBuffer: ByteSink {}
