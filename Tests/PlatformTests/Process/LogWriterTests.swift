import Glibc
import Platform
import SystemPackage
import Testing

@Suite("Log lines", .timeLimit(.minutes(1)))
struct LogWriterTests {
  /// A pipe, as full as it can be if asked for.
  private final class Pipe {
    private let reader: Int32
    let writer: Int32
    /// What it was filled with and has not been read.
    private var fillCount = 0

    init(isFull: Bool) throws {
      var ends: [Int32] = [0, 0]
      try #require(unsafe pipe(&ends) == 0)
      (reader, writer) = (ends[0], ends[1])
      guard isFull else { return }
      _ = fcntl(writer, F_SETFL, O_NONBLOCK)
      let filling = [UInt8](repeating: 46, count: 4096)
      while case let count = unsafe write(writer, filling, 4096), count > 0 { fillCount += count }
      _ = fcntl(writer, F_SETFL, 0)
    }

    var file: FileDescriptor { FileDescriptor(rawValue: writer) }

    /// What comes until `end` stands at its end, without what the pipe was filled with.
    func text(until end: String) -> String {
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while bytes.count < fillCount || !bytes.dropFirst(fillCount).reversed().starts(with: end.utf8.reversed()) {
        let count = unsafe read(reader, &buffer, 4096)
        if count <= 0 { break }
        bytes += buffer.prefix(count)
      }
      defer { fillCount = 0 }
      return String(decoding: bytes.dropFirst(fillCount), as: UTF8.self)
    }

    // The writer's end stays open: its thread may still write, and must not write into another test's file.
    deinit { close(reader) }
  }

  @Test("come out in their order, whole, also long ones and many at once")
  func order() throws {
    let pipe = try Pipe(isFull: false)
    let log = LogWriter(to: pipe.file)
    let lines = ["first", String(repeating: "l", count: 9000), ""] + (0..<500).map { "line \($0)" }
    for line in lines.prefix(250) { log.write(line) }
    log.begin()
    for line in lines.dropFirst(250) { log.write(line) }
    #expect(pipe.text(until: "line 499\n") == lines.map { $0 + "\n" }.joined())
    #expect(log.flush(within: .seconds(30)) && log.droppedLines == 0)
  }

  @Test("for a pipe that nobody reads nobody waits: what has no room is dropped, counted, and told in its place")
  func full() throws {
    let pipe = try Pipe(isFull: true)
    let log = LogWriter(to: pipe.file, limit: 1000)
    log.begin()
    for number in 0..<100 { log.write("line \(number), " + String(repeating: "x", count: number < 10 ? 41 : 40)) }
    let dropped = log.droppedLines
    #expect(dropped >= 60 && dropped < 100)
    #expect(!log.flush(within: .milliseconds(1)))
    let notice = "repcached: warning: \(dropped) log lines dropped\n"
    let lines = pipe.text(until: notice).split(separator: "\n")
    #expect(lines.count == 101 - Int(dropped))
    for (number, line) in lines.dropLast().enumerated() { #expect(line.hasPrefix("line \(number),")) }
    log.write("after")
    #expect(pipe.text(until: "after\n").hasSuffix("after\n") && log.droppedLines == dropped)
  }

  @Test("that the file refuses are counted, and told when it takes one again")
  func refused() throws {
    let file = try FileDescriptor.open(FilePath("/dev/full"), .writeOnly)
    let log = LogWriter(to: file)
    log.write("one")
    log.write("two")
    #expect(log.flush(within: .seconds(30)) && log.droppedLines == 2)
    let pipe = try Pipe(isFull: false)
    try #require(dup2(pipe.writer, file.rawValue) == file.rawValue)
    log.write("three")
    #expect(pipe.text(until: "three\n") == "repcached: warning: 2 log lines dropped\nthree\n")
    #expect(log.droppedLines == 2)
  }

  @Test("wait for a file that somebody has made non-blocking")
  func nonBlocking() throws {
    let pipe = try Pipe(isFull: true)
    _ = fcntl(pipe.writer, F_SETFL, O_NONBLOCK)
    let log = LogWriter(to: pipe.file)
    log.begin()
    log.write("late")
    #expect(pipe.text(until: "late\n") == "late\n" && log.flush(within: .seconds(30)) && log.droppedLines == 0)
  }
}
