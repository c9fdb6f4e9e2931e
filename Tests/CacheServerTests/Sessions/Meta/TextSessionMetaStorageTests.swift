import Platform
import Testing

@testable import CacheServer

@Suite("Meta sets")
struct TextSessionMetaStorageTests {
  @Test("A value that comes in pieces is answered with the flags of its line, whatever has passed since")
  func pieces() throws {
    let rig = try WorkerRig()
    let (client, other) = (try rig.client(), try rig.client())
    let opaque = "O" + String(repeating: "o", count: 31)
    for size in [2, 5_000, 200_000] {
      let value = [UInt8](repeating: 0x76, count: size)
      client.send("ms a \(size) s \(opaque) k\r\n")
      for part in [value[..<1], value[1..<(size / 2)], value[(size / 2)...]] {
        client.send(Array(part))
        #expect(other.ask("ms b 1 k O1\r\n1\r\nmg b v\r\n") == "HD kb O1\r\nVA 1\r\n1\r\n")
        client.send(Array("".utf8))
      }
      client.send("\r")
      client.readAll()
      #expect(client.takeText() == "")
      client.send("\n")
      client.readAll()
      #expect(client.takeText() == "HD s\(size) \(opaque) ka\r\n")
    }
  }

  @Test("A key in base64 comes back though its value came later") func keyInBase64() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    client.send("ms AAEC 3 b k s\r\nab")
    client.send("c\r\n")
    client.readAll()
    #expect(client.takeText() == "HD kAAEC b s3\r\n")
    #expect(client.ask("mg AAEC b v\r\n") == "VA 3\r\nabc\r\n")
  }

  @Test("What ends wrong is told though the client wants to hear nothing, and nothing is stored") func badEnd() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    client.send("ms a 3 q\r\nab")
    client.send("cxx")
    client.readAll()
    #expect(client.takeText() == "CLIENT_ERROR bad data chunk\r\n")
    #expect(client.ask("mg a\r\nms a 1 q\r\n1\r\nmg a\r\n") == "EN\r\nHD\r\n")
  }

  @Test("The data block of a refused command is swallowed, in whatever pieces it comes") func swallowing() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    client.send("ms a 8 S\r\nmg a")
    client.send("\r\nmg\r")
    client.send("\nmg a k\r\n")
    client.readAll()
    #expect(client.takeText() == "CLIENT_ERROR invalid flag\r\nEN ka\r\n")
  }

  @Test("Without memory nothing is stored, and of a set the old value goes") func withoutMemory() throws {
    let rig = try WorkerRig {
      $0.memoryLimit = 2 << 20
      $0.evicts = false
    }
    let client = try rig.client()
    let value = String(repeating: "v", count: 100_000)
    _ = client.ask("ms a 1\r\n1\r\nms b 1\r\n1\r\n")
    var number = 0
    while client.ask("ms fill\(number) 100000 q\r\n\(value)\r\nmn\r\n") == "MN\r\n", number < 100 { number += 1 }
    #expect(number < 100)
    let refused = "SERVER_ERROR out of memory storing object\r\n"
    #expect(client.ask("ms b 100000 MR C5 k\r\n\(value)\r\nmg b v\r\n") == refused + "VA 1\r\n1\r\n")
    #expect(client.ask("ms a 100000 q\r\n\(value)\r\nmg a v\r\n") == refused + "EN\r\n")
  }
}
