import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("A byte buffer")
struct ByteBufferTests {
  @Test("takes 24 bytes, optional or not")
  func size() {
    #expect(MemoryLayout<ByteBuffer>.stride == 24)
    #expect(MemoryLayout<ByteBuffer?>.stride == 24)
  }

  @Test("of no capacity has no space and nothing to read")
  func empty() {
    let buffer = ByteBuffer(capacity: 0)
    let facts = [buffer.capacity, buffer.count, buffer.space, buffer.bytes.count]
    #expect(facts == [0, 0, 0, 0])
  }

  @Test("gives back in order what is appended")
  func appends() {
    var buffer = ByteBuffer(capacity: 64)
    let bytes: [UInt8] = [1, 2, 3]
    buffer.append(0)
    buffer.append(bytes.span)
    buffer.append("END\r\n")
    let empty: [UInt8] = []
    buffer.append(empty.span)
    #expect(buffer.contents == [0, 1, 2, 3, 69, 78, 68, 13, 10])
    let space = buffer.space
    #expect(space == 55)
  }

  @Test(
    "writes numbers as digits", arguments: [0, 9, 10, 99, 100, 101, 999, 1000, 9999, 10_000, 99_999, 1 << 32, .max])
  func decimals(number: UInt64) {
    var buffer = ByteBuffer(capacity: 20)
    buffer.append(decimal: number)
    #expect(buffer.text == "\(number)")
  }

  @Test("writes every small number as digits, with room for nothing else and with more")
  func smallDecimals() {
    for number in 0..<2_000 {
      let text = "\(number)"
      for spare in 0...4 {
        var buffer = ByteBuffer(capacity: text.utf8.count + spare)
        buffer.append(decimal: UInt64(number))
        #expect(buffer.text == text)
      }
    }
  }

  @Test("writes any number as digits")
  func randomDecimals() {
    var generator = SeededRandom(seed: TestSeeds.first)
    var buffer = ByteBuffer(capacity: 20)
    for _ in 0..<10_000 {
      let number = generator.next() >> (generator.next() % 64)
      buffer.clear()
      buffer.append(decimal: number)
      #expect(buffer.text == "\(number)", "seed \(generator.seed)")
    }
  }

  @Test("is filled by a writer, up to its space")
  func writes() {
    var buffer = ByteBuffer(capacity: 4)
    buffer.append(1)
    let free = buffer.write { output in
      output.append(2)
      output.append(3)
      return output.freeCapacity
    }
    #expect(free == 1)
    #expect(buffer.contents == [1, 2, 3])
  }

  @Test("forgets what is consumed, and has all its space again when all is")
  func consumes() {
    var buffer = ByteBuffer(capacity: 8)
    buffer.append("abcdef")
    buffer.consume(2)
    #expect(buffer.text == "cdef")
    let space = buffer.space
    #expect(space == 2)
    buffer.consume(4)
    let all = buffer.space
    #expect(all == 8)
  }

  @Test("is cut at the end by truncating")
  func truncates() {
    var buffer = ByteBuffer(capacity: 8)
    buffer.append("abcdef")
    buffer.consume(1)
    buffer.truncate(toCount: 2)
    #expect(buffer.text == "bc")
    buffer.truncate(toCount: 0)
    let space = buffer.space
    #expect(space == 8)
  }

  @Test("can be resized down to what is readable, and to nothing")
  func resizes() {
    var buffer = ByteBuffer(capacity: 100)
    buffer.append("abc")
    buffer.consume(1)
    buffer.resize(toCapacity: 2)
    #expect(buffer.text == "bc")
    buffer.clear()
    buffer.resize(toCapacity: 0)
    buffer.reserve(10)
    buffer.append("again")
    #expect(buffer.text == "again")
  }

  @Test("agrees with an array, whatever is done to both")
  func random() {
    var generator = SeededRandom(seed: TestSeeds.first)
    var buffer = ByteBuffer(capacity: 16)
    var model: [UInt8] = []
    for _ in 0..<20_000 {
      let amount = Int(generator.next() % 40)
      switch generator.next() % 4 {
      case 0:
        let bytes = (0..<amount).map { UInt8(truncatingIfNeeded: $0 &+ model.count) }
        buffer.reserve(amount)
        buffer.append(bytes.span)
        model += bytes
      case 1:
        buffer.consume(min(amount, model.count))
        model.removeFirst(min(amount, model.count))
      case 2: buffer.compact()
      default:
        let count = max(model.count - amount / 8, 0)
        buffer.truncate(toCount: count)
        model.removeLast(model.count - count)
      }
      let sum = buffer.count + buffer.space
      #expect(sum <= buffer.capacity, "seed \(generator.seed)")
    }
    #expect(buffer.contents == model, "seed \(generator.seed)")
  }
}
