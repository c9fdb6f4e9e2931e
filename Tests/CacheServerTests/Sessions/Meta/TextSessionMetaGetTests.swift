import ItemStore
import Platform
import Testing

@testable import CacheServer
@testable import ConnectionServer

@Suite("Meta gets")
struct TextSessionMetaGetTests {
  @Test(
    "Values of every size come as they were stored, alone and many at once, whatever the chunks",
    arguments: [512, 1, 4])
  func sizes(kilobytes: Int) throws {
    let rig = try WorkerRig {
      $0.maxItemSize = kilobytes == 512 ? 2 << 20 : 180 << 10
      $0.maxChunkSize = kilobytes << 10
    }
    let client = try rig.client()
    var random = SeededRandom(seed: 7)
    var (requests, answers) = ([UInt8](), [UInt8]())
    for size in [0, 1, 9, 10, 740, 999, 1_000, 4_090, ReplyBuffer.copyLimit, ReplyBuffer.copyLimit + 1, 150_000] {
      for flags in ["", " F7", " F4294967295"] {
        let value = random.value(size)
        let key = "k\(size)\(flags.dropFirst(1))"
        #expect(client.ask([UInt8]("ms \(key) \(size)\(flags)\r\n".utf8) + value + [13, 10]) == [UInt8]("HD\r\n".utf8))
        let number = flags.isEmpty ? "0" : String(flags.dropFirst(2))
        let plain = [UInt8]("VA \(size)\r\n".utf8) + value + [13, 10]
        let full = [UInt8]("VA \(size) f\(number) k\(key) s\(size)\r\n".utf8) + value + [13, 10]
        #expect(client.ask([UInt8]("mg \(key) v\r\n".utf8)) == plain)
        #expect(client.ask([UInt8]("mg \(key) f k s v\r\n".utf8)) == full)
        #expect(client.ask([UInt8]("mg \(key) f k s v T0\r\n".utf8)) == full)
        requests += [UInt8]("mg \(key) v\r\nmg none\(key) v q\r\nmg \(key) f k s v\r\n".utf8)
        answers += plain + full
      }
    }
    #expect(client.ask(requests + requests) == answers + answers)
  }

  @Test("A client that does not read is waited for, and none of its answers is lost, not the one that has won")
  func blocked() throws {
    let rig = try WorkerRig()
    let writer = try rig.client()
    let value = String(repeating: "v", count: 8_000)
    _ = writer.ask("ms a 8000\r\n\(value)\r\nms b 20000\r\n\(value)\(value)\(value.prefix(4_000))\r\n")
    let client = try rig.client(sendBuffer: 4_096)
    let big = value + value + value.prefix(4_000)
    let requests = String(repeating: "mg a v\r\nmg b v s\r\nmg a v T0 k\r\n", count: 60) + "mg c v k\r\nmg c\r\n"
    _ = writer.ask("ms c 8000\r\n\(value)\r\nmd c I\r\n")
    #expect(client.send(requests))
    client.readAll()
    let round = "VA 8000\r\n\(value)\r\nVA 20000 s20000\r\n\(big)\r\nVA 8000 ka\r\n\(value)\r\n"
    let end = "VA 8000 kc X W\r\n\(value)\r\nHD Z X\r\n"
    #expect(client.takeText() == String(repeating: round, count: 60) + end)
  }

  @Test("A stale value is won by the first that asks for it, also among many that are looked up together")
  func wins() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    for value in ["1", String(repeating: "v", count: 20_000)] {
      let count = value.utf8.count
      #expect(client.ask("ms a \(count)\r\n\(value)\r\nmd a I\r\n") == "HD\r\nHD\r\n")
      let answer = client.ask(String(repeating: "mg a v\r\n", count: 3))
      #expect(
        answer == "VA \(count) X W\r\n\(value)\r\n" + String(repeating: "VA \(count) Z X\r\n\(value)\r\n", count: 2))
    }
  }

  @Test("A large value that too many hold is no miss but an error, and what is short of it is told")
  func tooManyReaders()
    throws
  {
    let rig = try WorkerRig()
    let client = try rig.client()
    let value = String(repeating: "v", count: 20_000)
    #expect(client.ask("ms a 20000\r\n\(value)\r\n") == "HD\r\n")
    let key = [UInt8]("a".utf8)
    var pins: [PinnedItem] = []
    rig.store.view(key.span, hash: rig.store.hash(key.span), now: rig.context.moment().seconds) { item in
      while let pin = rig.store.pin(item) { pins.append(pin) }
    }
    let refused = "SERVER_ERROR refcount overflow during fetch\r\n"
    #expect(
      client.ask("mg a v\r\nmg a v s\r\nmg a v q k O1\r\nmg a s\r\n") == refused + refused + refused + "HD s20000\r\n")
    for pin in pins { rig.store.unpin(pin) }
    #expect(client.ask("mg a v\r\n") == "VA 20000\r\n\(value)\r\n")
  }
}
