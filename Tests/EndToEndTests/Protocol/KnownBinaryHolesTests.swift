import TestSupport
import Testing

// The holes that memcached had in its binary protocol, by their numbers: see KnownHolesTests. Nobody says here that no more is to
// come, so an answer that a test waits for is one that the daemon gives by itself.

@Suite("Holes that memcached's binary protocol had") struct KnownBinaryHolesTests {
  let rig = Rig()

  /// What is answered until the daemon ends the connection, and whether it then serves another.
  private func ended(_ daemon: Daemon, _ frame: BinaryFrame) throws -> [UInt16] {
    let client = try daemon.client()
    try? client.send(frame.bytes)
    let (answers, rest) = BinaryAnswer.all(try client.restBytes())
    #expect(rest == 0)
    return answers.map(\.status)
  }

  /// What is answered to a frame; the noop behind it is answered, too.
  private func answered(_ daemon: Daemon, _ frame: BinaryFrame) throws -> [UInt16] {
    let client = try daemon.client()
    try client.send([frame, .noop])
    return try client.answers(until: 1).map(\.status)
  }

  private func isEmpty(_ daemon: Daemon) throws -> Bool { try daemon.client().statistic("curr_items") == "0" }

  @Test(
    "CVE-2011-4971, 2017-9951, 1.6.42: a body whose length is negative as a signed number, or overflows with the header, is never waited for",
    arguments: [0xffff_ffff, 0xffff_ffe8, 0xffff_ff00, 0x8000_0000, 0x7fff_ffff] as [UInt32])
  func negativeBody(count: UInt32) throws {
    let daemon = try rig.daemon()
    for opcode in 0x00...0x24 as ClosedRange<UInt8> {
      #expect(try ended(daemon, BinaryFrame(opcode, "key", bodyCount: count)) == [Status.invalid], "\(opcode)")
    }
    for opcode in [0x01, 0x02, 0x03, 0x11, 0x12, 0x13] as [UInt8] {
      var frame = BinaryFrame.set(String(repeating: "k", count: 250), "value", opcode)
      frame.bodyCount = count
      #expect(try ended(daemon, frame) == [Status.invalid], "\(opcode)")
    }
    #expect(try isEmpty(daemon))
  }

  @Test(
    "CVE-2016-8704, -8705: a key longer than its body stores nothing, whatever the command",
    arguments: [0x01, 0x02, 0x03, 0x0e, 0x0f, 0x11, 0x12, 0x13, 0x19, 0x1a] as [UInt8])
  func keyBeyondBody(opcode: UInt8) throws {
    let daemon = try rig.daemon()
    let extras = [0x0e, 0x0f, 0x19, 0x1a].contains(opcode) ? [] : [UInt8](repeating: 0, count: 8)
    for bodyCount in [0, 7, 8, 9, 249] as [UInt32] {
      let frame = BinaryFrame(
        opcode, String(repeating: "k", count: 300), extras: extras, keyCount: 250, bodyCount: bodyCount)
      #expect(try ended(daemon, frame) == [Status.unknown], "\(bodyCount)")
    }
    #expect(try isEmpty(daemon))
  }

  @Test("CVE-2016-8706: no login is half taken: without one to give, each is unknown")
  func logins() throws {
    let daemon = try rig.daemon()
    for opcode in [0x21, 0x22] as [UInt8] {
      #expect(try answered(daemon, Self.login(opcode)) == [Status.unknown])
      #expect(try ended(daemon, Self.shortLogin(opcode)) == [Status.unknown])
    }
  }

  @Test(
    "CVE-2016-8706: a login whose name is longer than its body is refused",
    .enabled(if: Executable.isRepcached, "Debian's memcached has another -Y"), arguments: [0x21, 0x22] as [UInt8])
  func loginBeyondBody(opcode: UInt8) throws {
    let daemon = try LoginRig(rig).daemon(.tcp, ["-S"])
    var endless = Self.login(opcode)
    endless.keyCount = .max
    #expect(try ended(daemon, Self.shortLogin(opcode)) == [Status.unknown])
    #expect(try ended(daemon, endless) == [Status.unknown])
    #expect(try answered(daemon, Self.login(opcode)).first == Status.unauthenticated)
  }

  private static func login(_ opcode: UInt8) -> BinaryFrame {
    BinaryFrame(opcode, "PLAIN", value: Array("\0user\0password".utf8))
  }

  private static func shortLogin(_ opcode: UInt8) -> BinaryFrame {
    var frame = login(opcode)
    frame.bodyCount = 4
    return frame
  }

  private static let wrongLogin = BinaryFrame(0x21, "PLAIN", value: Array("\0foo\0bad".utf8))

  @Test(
    "CVE-2013-7239: who has failed to log in is nobody, whatever is asked on the same connection",
    .enabled(if: Executable.isRepcached, "Debian's memcached has another -Y"),
    arguments: [
      [wrongLogin], [wrongLogin, wrongLogin], [BinaryFrame(0x21, "PLAIN"), BinaryFrame(0x22, "PLAIN", value: [0, 1])],
    ])
  func failedLogin(frames: [BinaryFrame]) throws {
    let daemon = try LoginRig(rig).daemon(.tcp, ["-S"])
    let insider = try daemon.insider()
    #expect(try insider.store("set", "held", "precious") == "STORED")
    for request in [BinaryFrame.get("held"), .set("held", "changed"), .set("new", "1")] {
      let client = try daemon.client()
      try client.send(frames + [request])
      let (answers, rest) = BinaryAnswer.all(try client.restBytes())
      #expect(answers.count == frames.count + 1 && answers.last?.status == 0x20 && rest == 0, "\(answers)")
      #expect(answers.allSatisfy { [0x20, 0x21].contains($0.status) && $0.text != "precious" }, "\(answers)")
    }
    #expect(try insider.text(of: "held") == "precious" && insider.text(of: "new") == nil)
  }

  @Test("CVE-2017-9951: a touch has four bytes of extras, and is refused with any others")
  func touchExtras() throws {
    let daemon = try rig.daemon()
    for opcode in [0x1c, 0x1d, 0x1e, 0x23, 0x24] as [UInt8] {
      for count in [0, 1, 3, 5, 20, 255] {
        let frame = BinaryFrame(opcode, "key", extras: [UInt8](repeating: 0xff, count: count))
        #expect(try ended(daemon, frame) == [Status.invalid], "\(opcode), \(count) bytes")
      }
    }
  }

  @Test("CVE-2020-10931: extras longer than the command has are refused", arguments: 0x00...0x24 as ClosedRange<UInt8>)
  func longExtras(opcode: UInt8) throws {
    let daemon = try rig.daemon()
    for count in [21, 64, 255] {
      let frame = BinaryFrame(opcode, "k", extras: [UInt8](repeating: 0x41, count: count))
      if [0x1b, 0x1f].contains(opcode) {
        #expect(try answered(daemon, frame) == [Status.unknown])
      } else {
        #expect(try ended(daemon, frame) == [Status.invalid])
      }
    }
  }

  private enum Status {
    static let invalid: UInt16 = 0x04
    static let unauthenticated: UInt16 = 0x20
    static let unknown: UInt16 = 0x81
  }
}
