import Platform
import SystemPackage
import TestSupport
import Testing
import Transport

@Suite("Transports")
struct TransportTests {
  /// Two connected ends, closed when the test is over.
  private final class Ends {
    let near: Transport
    let far: Transport
    private let sockets: (FileDescriptor, FileDescriptor)

    init() throws {
      sockets = try Socket.pair()
      near = .plain(sockets.0)
      far = .plain(sockets.1)
    }

    func closeFar() { Socket.shutdownSending(sockets.1) }

    deinit {
      Socket.close(sockets.0)
      Socket.close(sockets.1)
    }
  }

  private static func buffer(_ text: StaticString, capacity: Int = 64) -> ByteBuffer {
    var buffer = ByteBuffer(capacity: capacity)
    buffer.append(text)
    return buffer
  }

  @Test("What is sent from a buffer arrives in the other's, and is consumed") func buffers() throws {
    let ends = try Ends()
    var output = Self.buffer("hello")
    #expect(ends.near.send(&output) == .bytes(5))
    let isEmpty = output.isEmpty
    #expect(isEmpty)
    var input = ByteBuffer(capacity: 3)
    #expect(ends.far.receive(into: &input) == .bytes(3))
    #expect(input.text == "hel")
    #expect(!ends.far.hasBufferedInput, "the kernel keeps the rest, and tells of it")
    input.clear()
    #expect(ends.far.receive(into: &input) == .bytes(2))
    #expect(input.text == "lo")
  }

  @Test("Nothing to read would block, an end is told as such") func ends() throws {
    let ends = try Ends()
    var bytes = [UInt8](repeating: 0, count: 4)
    var target = bytes.mutableSpan
    #expect(ends.near.receive(into: &target) == .wouldBlock)
    ends.closeFar()
    let isClosed = eventually(within: .seconds(10)) {
      var bytes = [UInt8](repeating: 0, count: 4)
      var target = bytes.mutableSpan
      return ends.near.receive(into: &target) == .closed
    }
    #expect(isClosed)
  }

  @Test("Pieces are sent one behind the other") func pieces() throws {
    let ends = try Ends()
    let first = Self.buffer("abc")
    let second = Self.buffer("def")
    var list = GatherList(limit: 5)
    list.add(first.bytes)
    list.add(second.bytes)
    #expect(ends.near.gather(&list) == .bytes(5))
    var input = ByteBuffer(capacity: 8)
    _ = ends.far.receive(into: &input)
    #expect(input.text == "abcde")
  }

  @Test("A reader who has gone is a failure, not a signal") func gone() throws {
    let (near, far) = try Socket.pair()
    defer { Socket.close(near) }
    Socket.close(far)
    let bytes: [UInt8] = [1]
    #expect(Transport.plain(near).send(bytes.span) == .failed(.brokenPipe))
  }
}
