import Testing

@testable import repcached_bench

@Suite("Values from keys")
struct ValueMakerTests {
  @Test("a wrong byte anywhere in a value is noticed", arguments: [1, 7, 8, 9, 100, 5000])
  func everyByte(size: Int) throws {
    let maker = ValueMaker(sizes: try ValueSizes("\(size)"))
    let right = maker.bytes(3)
    #expect(right.count == size)
    #expect(maker.accepts(right, for: 3))
    for position in 0..<size {
      var wrong = right
      wrong[position] ^= 0x10
      #expect(!maker.accepts(wrong, for: 3))
    }
  }

  @Test("a value that is cut, longer, or another key's is noticed")
  func others() throws {
    let maker = ValueMaker(sizes: try ValueSizes("64"))
    let right = maker.bytes(3)
    #expect(!maker.accepts(Array(right.dropLast()), for: 3))
    #expect(!maker.accepts((right + [0]), for: 3))
    #expect((0..<1000).allSatisfy { $0 == 3 || !maker.accepts(right, for: UInt32($0)) })
  }

  @Test("an empty value is right when it is empty")
  func empty() throws {
    let maker = ValueMaker(sizes: try ValueSizes("0"))
    #expect(maker.bytes(1).isEmpty)
    #expect(maker.accepts([UInt8](), for: 1))
    #expect(!maker.accepts([UInt8(1)], for: 1))
  }

  @Test("two makers make the same value, so that one run can read what another wrote")
  func stable() throws {
    let sizes = try ValueSizes("10:500")
    #expect((0..<100).allSatisfy { ValueMaker(sizes: sizes).bytes($0) == ValueMaker(sizes: sizes).bytes($0) })
  }

  @Test("values hold line ends and every other byte")
  func allBytes() throws {
    let maker = ValueMaker(sizes: try ValueSizes("4096"))
    #expect(Set(maker.bytes(1)).count == 256)
  }

  @Test("the complaint names the key and what is wrong with its value")
  func complaint() throws {
    let workload = try Workload.sample()
    var wrong = workload.values.bytes(4)
    wrong[10] = wrong[10] == 7 ? 8 : 7
    let text = workload.complaint(4, wrong)
    #expect(text.contains("test:00000000004 has the byte \(wrong[10]) instead of"))
    #expect(text.hasSuffix("at 10"))
    #expect(workload.complaint(4, flags: 9, wrong).contains("flags 9"))
    #expect(workload.complaint(4, [1]).contains("1 bytes instead of 20"))
  }
}
