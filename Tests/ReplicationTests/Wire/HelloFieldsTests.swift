import Testing

@testable import Replication

@Suite struct HelloFieldsTests {
  private func read(_ fields: [UInt8], length: Int? = nil) -> HelloFields? {
    let count = length ?? fields.count
    let bytes = [UInt8(count >> 8), UInt8(count & 255)] + fields
    var reader = ByteReader(bytes.span, 0..<bytes.count)
    return HelloFields(&reader, of: bytes.span)
  }

  @Test("limits come out as they went in", arguments: [(true, true), (true, false), (false, true), (false, false)])
  func limits(evicts: Bool, hasCAS: Bool) {
    let limits = PeerLimits(memory: 5 << 30, maxItemSize: 1 << 30, evicts: evicts, hasCAS: hasCAS)
    #expect(read(HelloFields(limits: limits).bytes)?.limits == limits)
    #expect(read([])?.limits == nil && HelloFields() == read([]))
  }

  @Test("what does not hold together is refused")
  func garbled() {
    let limits = HelloFields(limits: PeerLimits(memory: 1, maxItemSize: 2)).bytes
    #expect(read([2]) == nil, "a kind without a length")
    #expect(read([2, 3, 0, 0]) == nil, "a field that is cut")
    #expect(read([2, 0], length: 5) == nil, "fewer than it says")
    #expect(read([3, 0, 2, 0]) == nil, "kinds that fall")
    #expect(read(limits + limits) == nil, "one kind twice")
    #expect(read([1, 16] + limits.dropFirst(2).dropLast()) == nil, "limits that are cut")
    #expect(read([9, 199] + [UInt8](repeating: 0, count: 199)) == nil, "too many")
    #expect(read([2, 0, 3, 1, 9]) != nil)
  }
}
