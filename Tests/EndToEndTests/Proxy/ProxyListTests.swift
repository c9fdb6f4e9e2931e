import Foundation
import TestSupport
import Testing

/// The file of flags of a magent.
struct MagentFile {
  private let rig: Rig
  private let folder: TemporaryDirectory

  init(_ rig: Rig) throws { (self.rig, folder) = (rig, try rig.folder()) }

  var path: String { folder.file("magent.yaml") }

  func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

  func write(_ servers: [Daemon], _ more: String = "") throws {
    try write("ketama: true\nservers:\n" + servers.map { "  - \($0.endpoint)\n" }.joined() + more)
  }

  func magent(_ more: [String] = []) throws -> Daemon { try rig.magent(["--config", path] + more) }

  func server() throws -> Daemon { try rig.daemon("-m", "16", "-t", "1") }

  /// SIGHUP, and the line that says what came of it.
  func reload(_ magent: Daemon) throws -> String {
    let before = magent.log.count
    Kernel.signal(magent.pid, 1)
    func verdict() -> String? {
      magent.log.dropFirst(before).last { $0.hasSuffix(" backups") || $0.hasSuffix(" as they were") }
    }
    let isDone = eventually { verdict() != nil }
    if !isDone { throw RigError("no reload; log:\n\(magent.logText)") }
    return verdict() ?? ""
  }
}

/// What magent does with a list of servers that cannot be, or that changes again.
@Suite("magent's list of servers, changed when something is wrong")
struct ProxyListTests {
  let rig = Rig()
  private let file: MagentFile

  init() throws { file = try MagentFile(rig) }

  @Test("A new server that does not answer, or has the keys under another name, moves nothing")
  func noOther() throws {
    let one = try file.server()
    try file.write([one])
    let magent = try file.magent(["--timeout=300", "--connect-timeout=300"])
    let client = try magent.client()
    for number in 0..<50 { #expect(try client.store("set", "k\(number)", "1") == "STORED") }
    let nobody = try FreePorts.next()
    for (server, line) in [
      ("127.0.0.1:\(nobody)", "127.0.0.1:\(nobody) does not answer; the servers stay as they were"),
      (
        "localhost:\(one.endpoint.port)",
        "localhost:\(one.endpoint.port) holds what a server of before holds: no key is moved"
      ),
    ] {
      try file.write("ketama: true\nserver: \(server)\n")
      _ = try file.reload(magent)
      #expect(magent.logs("magent: SIGHUP: \(line)"), "\(magent.log)")
      for number in 0..<50 { #expect(try client.text(of: "k\(number)") == "1") }
      #expect(try client.command("incr k0 0") == "1")
    }
    #expect(try one.client().statistic("curr_items").flatMap { Int($0) } ?? 0 >= 50)
  }

  @Test("A new server that comes back with nothing in the warm-up is filled again before it counts alone")
  func emptied() throws {
    let (one, other) = (try file.server(), try file.server())
    try file.write([one], "refill-rate: 1000\n")
    let magent = try file.magent(["--retry-interval=50"])
    let client = try magent.client()
    for number in 0..<1000 { #expect(try client.store("set", "k\(number)", "1") == "STORED") }
    try file.write([one, other], "refill-rate: 1000\n")
    _ = try file.reload(magent)
    #expect(try eventually { try Int(other.client().statistic("curr_items") ?? "") ?? 0 > 100 })
    other.kill()
    _ = try rig.daemon("-m", "16", "-t", "1", port: other.endpoint.port)
    #expect(eventually { magent.log.contains { $0.hasSuffix(" keys that have moved are deleted where they were") } })
    for number in 0..<1000 { #expect(try client.text(of: "k\(number)") == "1", "k\(number)") }
  }

  @Test("A list that changes again at once: the change before is taken back, and the newest is what counts")
  func again() throws {
    let servers = try (0..<3).map { _ in try file.server() }
    try file.write([servers[0]])
    let magent = try file.magent()
    let client = try magent.client()
    for number in 0..<300 { #expect(try client.store("set", "k\(number)", "0") == "STORED") }
    for (round, list) in [[0, 1], [0, 2], [0], [1, 2]].enumerated() {
      try file.write(list.map { servers[$0] })
      _ = try file.reload(magent)
      // Some are asked for while the change is in one of its stages, which go by time: in each round another. All are written.
      Kernel.sleep(microseconds: UInt32(round) * 400_000)
      for number in 0..<300 {
        if number % 3 == round { #expect(try client.text(of: "k\(number)") == "\(round)", "k\(number)") }
        #expect(try client.store("set", "k\(number)", "\(round + 1)") == "STORED")
      }
    }
    #expect(try eventually { try servers[0].client().statistic("curr_items") == "0" }, "\(magent.log)")
    for number in 0..<300 { #expect(try client.text(of: "k\(number)") == "4", "k\(number)") }
  }
}
