import ConnectionServer
import Platform
import TestSupport
import Testing

@testable import CacheServer

/// What a page may ask of a server and have done: on a worker that the test turns.
@Suite("Administration")
struct AdminAccessTests {
  private func access(_ rig: WorkerRig) -> AdminAccess {
    let access = AdminAccess(rig.context, Pairing(context: rig.context))
    let mailbox = rig.worker.mailbox
    access.setAdopt { mailbox.post(.client($0)) }
    return access
  }

  private func answer(_ command: InternalCommand?, _ rig: WorkerRig) -> String? {
    guard let command else { return nil }
    for _ in 0..<1000 {
      rig.pump()
      if case .ended(let bytes, let isWhole) = command.poll() {
        return String(decoding: bytes, as: UTF8.self) + (isWhole ? "" : " (cut)")
      }
    }
    return nil
  }

  private func bytes(_ text: String) -> [UInt8] { [UInt8](text.utf8) }

  @Test("A command is executed as a client's, and its answer told without the mark behind it") func command() throws {
    let rig = try WorkerRig()
    let access = access(rig)
    #expect(answer(access.command(bytes("set k 5 0 2\r\nhi\r\n")), rig) == "STORED\r\n")
    #expect(answer(access.command(bytes("get k\r\nget none\r\n")), rig) == "VALUE k 5 2\r\nhi\r\nEND\r\nEND\r\n")
    #expect(answer(access.command(bytes("quit\r\n")), rig) == "")
    rig.pump()
    #expect(rig.context.connectionCount == 0)
    #expect(rig.endAndAudit().isEmpty)
  }

  @Test("An answer that is too long, or too late, is cut") func cut() throws {
    let rig = try WorkerRig { $0.maxItemSize = 4 << 20 }
    let access = access(rig)
    let client = try rig.client()
    _ = client.ask("set k 0 0 1000000\r\n\(String(repeating: "v", count: 1_000_000))\r\n")
    #expect(answer(access.command(bytes("get k\r\n")), rig)?.hasSuffix(" (cut)") == true)
    let late = try #require(access.command(bytes("get k\r\n"), seconds: 0))
    guard case .ended(_, false) = late.poll() else {
      Issue.record("it waits for ever")
      return
    }
  }

  @Test(
    "Each key there can be is set, touched and deleted as it is",
    arguments: ["k", "<script>", "a b\r\nflush_all\r\n", "\u{0}"])
  func changes(key: String) throws {
    let rig = try WorkerRig()
    let access = access(rig)
    let (name, value) = (bytes(key), bytes("v\r\nx"))
    func outcome(_ change: ItemChange) -> ItemChange.Outcome? {
      answer(access.change(change), rig).map { ItemChange.outcome(bytes($0)) }
    }
    #expect(outcome(.delete(key: name)) == .notFound)
    #expect(outcome(.set(key: name, value: value, clientFlags: 9, seconds: 100)) == .done)
    let item = access.item(name, valueBytes: 100)
    #expect(item?.value == value && item?.clientFlags == 9 && (item?.remaining ?? 0) > 90_000)
    #expect(access.held(name).kind == .live && access.held(name).valueCount == 4)
    #expect(outcome(.touch(key: name, seconds: 0)) == .done)
    #expect(access.item(name, valueBytes: 2)?.remaining == 0 && access.item(name, valueBytes: 2)?.value == bytes("v\r"))
    #expect(access.item(name, valueBytes: 0)?.value == [])
    #expect(outcome(.delete(key: name)) == .done)
    #expect(access.item(name, valueBytes: 1) == nil && outcome(.touch(key: name, seconds: 5)) == .notFound)
  }

  @Test("A value that no socket takes at once is sent as the worker reads it") func largeValue() throws {
    let rig = try WorkerRig()
    let access = access(rig)
    let value = (0..<900_000).map { UInt8(truncatingIfNeeded: $0) }
    let command = access.change(.set(key: bytes("k"), value: value, clientFlags: 0, seconds: 0))
    #expect(answer(command, rig).map { ItemChange.outcome(bytes($0)) } == .done)
    #expect(access.item(bytes("k"), valueBytes: 1_000_000)?.value == value)
  }

  @Test("A refusal is told in the server's words") func refusal() throws {
    let rig = try WorkerRig { $0.isFlushCommandEnabled = false }
    let access = access(rig)
    guard case .refused(let why)? = answer(access.change(.flush), rig).map({ ItemChange.outcome(bytes($0)) }) else {
      Issue.record("it was done")
      return
    }
    #expect(why.contains("ERROR"))
  }

  @Test("Who comes from inside needs no login, and nobody else profits by that") func login() throws {
    let folder = TemporaryDirectory()
    let file = folder.file("users")
    try FileText.write("foo:bar\n", to: file)
    let rig = try WorkerRig { $0.authFile = file }
    _ = try rig.context.loadUsers(file)
    let access = access(rig)
    #expect(access.needsLogin)
    #expect(answer(access.command(bytes("set k 0 0 1\r\n1\r\n")), rig) == "STORED\r\n")
    #expect(try rig.client().ask("get k\r\n").contains("unauthenticated"))
    let local = SocketAddress.loopback4(port: 1)
    #expect(access.login(bytes("foo"), bytes("bar"), from: local) == .accepted)
    #expect(access.login(bytes("foo"), bytes("no"), from: local) == .refused)
    guard case .waits(let nanoseconds) = access.login(bytes("foo"), bytes("bar"), from: local) else {
      Issue.record("a second attempt is not slowed")
      return
    }
    #expect(nanoseconds >= 100_000_000)
    #expect(access.judge(bytes("foo"), bytes("bar"), from: local) == .accepted)
  }

  @Test("Items are found by class, prefix and pattern, a part at a time, each once and none left out") func items()
    throws
  {
    let rig = try WorkerRig()
    let client = try rig.client()
    _ = client.ask((0..<20_000).map { "set key\($0) 0 0 3 noreply\r\nabc\r\n" }.joined())
    _ = client.ask("set other 0 0 5000 noreply\r\n\(String(repeating: "v", count: 5000))\r\n")
    let access = access(rig)
    func all(_ change: (inout ItemSearch) -> Void) -> [String] {
      var search = ItemSearch()
      change(&search)
      var found: [String] = []
      for _ in 0..<100_000 {
        let page = access.items(search)
        found += page.items.map { String(decoding: $0.key, as: UTF8.self) }
        guard let next = page.next else { return found }
        search.place = next
      }
      return []
    }
    let everything = all { $0.limit = 100 }
    #expect(everything.count == 20_001 && Set(everything).count == 20_001)
    #expect(Set(all { $0.prefix = bytes("key199") }).count == 111)
    #expect(all { $0.pattern = bytes("*the?") } == ["other"])
    let slabClass = access.item(bytes("other"), valueBytes: 0)?.slabClass
    #expect(all { $0.slabClass = slabClass } == ["other"])
    #expect(access.items(ItemSearch()).items.count >= 50 && access.items(ItemSearch()).progress < 0.5)
  }

  @Test("A large value is shown from its beginning") func large() throws {
    let rig = try WorkerRig { $0.maxItemSize = 8 << 20 }
    let client = try rig.client()
    let value = String((0..<2_000_000).map { Character(Unicode.Scalar(UInt8(97 + $0 % 26))) })
    _ = client.ask("set k 0 0 2000000\r\n\(value)\r\n")
    let item = access(rig).item(bytes("k"), valueBytes: 100_000)
    #expect(item?.valueCount == 2_000_000 && item?.value == Array(bytes(value).prefix(100_000)))
    #expect(rig.endAndAudit().isEmpty)
  }

  @Test("What is watched comes in lines") func watch() throws {
    let rig = try WorkerRig()
    let watch = try #require(access(rig).watch("fetchers", seconds: 60))
    rig.pump()
    let client = try rig.client()
    _ = client.ask("get hot\r\n")
    let isTold = eventually {
      rig.pump()
      return watch.takeLines().contains { $0.contains("key=hot") }
    }
    #expect(isTold && !watch.isOver)
  }

  @Test(
    "A key of any length is changed as it is where it is a word; one that is none as far as base64 has room",
    arguments: [(187, true, true), (250, true, true), (186, false, true), (187, false, false), (250, false, false)])
  func longKeys(count: Int, isWord: Bool, isNamed: Bool) throws {
    let rig = try WorkerRig()
    let access = access(rig)
    let key = (isWord ? [] : [32]) + [UInt8](repeating: 200, count: isWord ? count : count - 1)
    #expect(ItemChange.canName(key) == isNamed)
    if !isNamed { return }
    for change in [
      ItemChange.set(key: key, value: [1], clientFlags: 0, seconds: 0), .touch(key: key, seconds: 9), .delete(key: key),
    ] {
      #expect(answer(access.change(change), rig).map { ItemChange.outcome(bytes($0)) } == .done)
    }
    #expect(access.item(key, valueBytes: 0) == nil)
  }

  @Test("The clock is looked at by what a pattern costs") func costlyPattern() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    let stem = String(repeating: "a", count: 240)
    _ = client.ask((0..<300).map { "set \(stem)\($0) 0 0 1 noreply\r\n1\r\n" }.joined())
    func looks(_ pattern: String) -> Int {
      var search = ItemSearch()
      search.pattern = bytes(pattern)
      var looks = 0
      let page = ItemPage.make(search, rig.context) {
        looks += 1
        return 1
      }
      return page.examined == 300 ? looks : 0
    }
    let (cheap, costly) = (looks("b*"), looks("*" + String(repeating: "a", count: 120) + "b"))
    #expect(cheap > 0 && costly - cheap > 100, "\(cheap) \(costly)")
  }
}
