import SystemPackage
import Testing
import Transport

@testable import ConnectionServer

@Suite("The list of a pass's replies")
struct ReplyBatchTests {
  static func entry(_ number: Int) -> ReplyBatch.Entry {
    ReplyBatch.Entry(
      token: UInt32(number), transport: .plain(FileDescriptor(rawValue: Int32(number) + 100)),
      bytes: number..<number * 2)
  }

  @Test("gives them back in order, with all they were put in with") func order() {
    var answers = ReplyBatch()
    for round in 0..<3 {
      let isEmpty = answers.isEmpty
      #expect(isEmpty)
      for number in 0..<10 { answers.append(Self.entry(round + number)) }
      for number in 0..<10 {
        let answer = answers.takeFirst()
        #expect(answer?.token == UInt32(round + number))
        #expect(answer?.transport.socket.rawValue == Int32(round + number + 100))
        #expect(answer?.bytes == round + number..<(round + number) * 2)
      }
      let none = answers.takeFirst() == nil
      #expect(none)
    }
  }

  @Test("is full at its bound and not before, time and again") func bound() {
    var answers = ReplyBatch()
    for _ in 0..<2 {
      for number in 0..<ReplyBatch.capacity {
        let isFullBefore = answers.isFull
        #expect(!isFullBefore)
        answers.append(Self.entry(number))
      }
      let isFull = answers.isFull
      #expect(isFull)
      while answers.takeFirst() != nil {}
    }
  }

  @Test("counts the turns of others that it waits for, from its first answer on") func others() {
    var answers = ReplyBatch()
    for _ in 0..<2 {
      for _ in 0..<ReplyBatch.capacity { answers.noteOther() }
      answers.append(Self.entry(1))
      for _ in 2..<ReplyBatch.capacity { answers.noteOther() }
      let isFullBefore = answers.isFull
      #expect(!isFullBefore)
      answers.noteOther()
      let isFull = answers.isFull
      #expect(isFull)
      while answers.takeFirst() != nil {}
    }
  }
}
