import TestSupport
import Testing

@Suite("Answers that are compared") struct ComparableAnswersTests {
  private func isSame(_ one: String, _ other: String) -> Bool {
    ComparableAnswers(Array(one.utf8)) == ComparableAnswers(Array(other.utf8))
  }

  @Test("differ by everything but cas uniques and statistics")
  func text() {
    #expect(isSame("HD c1700000000000000001\r\n", "HD c1700000000000000002\r\n"))
    #expect(isSame("STAT time 1\r\nEND\r\n", "STAT time 2\r\nEND\r\n"))
    #expect(!isSame("HD c1\r\n", "HD c2\r\n"))
    #expect(!isSame("STORED\r\n", "STORED\r\nSTORED\r\n"))
  }

  @Test("differ in the binary protocol by status, key and value")
  func binary() {
    func answer(_ status: UInt8, cas: UInt8, _ value: String) -> ComparableAnswers {
      var bytes: [UInt8] = [0x81, 0, 0, 0, 0, 0, 0, status, 0, 0, 0, UInt8(value.utf8.count), 0, 0, 0, 9]
      bytes += [0, 0, 0, 0, 0, 0, 0, cas] + Array(value.utf8)
      return ComparableAnswers(bytes)
    }
    #expect(answer(0, cas: 1, "x") == answer(0, cas: 2, "x"))
    #expect(answer(0, cas: 1, "x") != answer(1, cas: 1, "x"))
    #expect(answer(0, cas: 1, "x") != answer(0, cas: 1, "y"))
  }
}
