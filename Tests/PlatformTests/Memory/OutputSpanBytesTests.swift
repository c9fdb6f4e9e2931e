import Platform
import Testing

@Suite("An output span of bytes")
struct OutputSpanBytesTests {
  @Test("takes numbers in network order and runs of bytes")
  func appends() {
    var buffer = ByteBuffer(capacity: 32)
    let bytes: [UInt8] = [9, 8]
    buffer.write { output in
      output.append(bigEndian: UInt16(0x0102))
      output.append(bigEndian: UInt32(0x0304_0506))
      output.append(bigEndian: UInt64(0x0708_090a_0b0c_0d0e))
      output.append(copying: bytes.span)
    }
    #expect(buffer.contents == Array(1...14) + [9, 8])
  }
}
