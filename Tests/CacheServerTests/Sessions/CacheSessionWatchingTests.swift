import TestSupport
import Testing

@testable import CacheServer

@Suite("Connections that watch")
struct CacheSessionWatchingTests {
  /// What a watcher has been told, without time and number: its timer is real, so the loop is turned until the last line is there.
  private func told(_ rig: WorkerRig, _ watcher: RigClient, until last: String) -> [String] {
    for _ in 0..<5_000_000 {
      rig.turn()
      watcher.read()
      if String(decoding: watcher.received, as: UTF8.self).contains(last) { break }
    }
    return watcher.takeText().split(separator: "\n").map { line in
      line.hasPrefix("ts=") ? line.split(separator: " ", maxSplits: 2).dropFirst(2).joined() : String(line)
    }
  }

  private func fd(_ client: RigClient, _ rig: WorkerRig) -> String {
    client.send("stats conns\r\n")
    rig.context.listings.begin()
    client.readAll()
    let asker = client.takeText().split(separator: "\r\n").first { $0.hasSuffix("conn_parse_cmd") } ?? ""
    return String(asker.split(separator: " ")[1].prefix { $0 != ":" })
  }

  @Test("Text requests are told with what came of them, whole values and those in parts") func text() throws {
    let rig = try WorkerRig()
    let (client, watcher) = (try rig.client(), try rig.client())
    let number = fd(client, rig)
    #expect(watcher.ask("watch fetchers mutations deletions rawcmds\r\n") == "OK\r\n")
    _ = client.ask("set a 5 60 3\r\nabc\r\nget a b\r\n")
    client.send("set c 0 0 5\r\nhe")
    client.send("llo\r\n")
    _ = client.ask("add a 0 0 1\r\n1\r\ncas a 0 0 1 1\r\n1\r\ndelete a\r\nset d 0 0 2000000\r\n")
    let lines = told(rig, watcher, until: "too_large")
    let tail = "cfd=\(number) size="
    #expect(
      lines == [
        "<\(number) set a 5 60 3", "type=item_get key=a status=not_found clsid=0 \(tail)0",
        "type=item_store key=a status=stored cmd=set ttl=60 clsid=1 \(tail)3", "<\(number) get a b",
        "type=item_get key=a status=found clsid=1 \(tail)3", "type=item_get key=b status=not_found clsid=0 \(tail)0",
        "<\(number) set c 0 0 5", "type=item_get key=c status=not_found clsid=0 \(tail)0",
        "type=item_store key=c status=stored cmd=set ttl=0 clsid=1 \(tail)5", "<\(number) add a 0 0 1",
        "type=item_get key=a status=found clsid=1 \(tail)3",
        "type=item_store key=a status=not_stored cmd=add ttl=0 clsid=1 \(tail)1", "<\(number) cas a 0 0 1 1",
        "type=item_get key=a status=found clsid=1 \(tail)3",
        "type=item_store key=a status=exists cmd=cas ttl=0 clsid=1 \(tail)1", "<\(number) delete a",
        "type=item_get key=a status=found clsid=1 \(tail)3", "type=deleted key=a cmd=delete clsid=1 size=3",
        "<\(number) set d 0 0 2000000", "type=item_get key=d status=not_found clsid=0 \(tail)0",
        "type=item_store key=d status=too_large cmd=set ttl=0 clsid=0 \(tail)2000000",
      ])
  }

  @Test("So are meta commands, and what a stale mark leaves is no delete") func meta() throws {
    let rig = try WorkerRig()
    let (client, watcher) = (try rig.client(), try rig.client())
    _ = watcher.ask("watch fetchers mutations deletions\r\n")
    _ = client.ask(
      "ms a 2 T60\r\nhi\r\nmg a v\r\nmg b v N30\r\nmd a I\r\nmd b\r\nmd none\r\nma n\r\nme b\r\nincr n 1\r\nmg end\r\n")
    let lines = told(rig, watcher, until: "key=end").map { $0.split(separator: " ").prefix(3).joined(separator: " ") }
    #expect(
      lines == [
        "type=item_get key=a status=not_found", "type=item_store key=a status=stored",
        "type=item_get key=a status=found", "type=item_get key=b status=not_found", "type=item_get key=a status=found",
        "type=item_get key=b status=found", "type=deleted key=b cmd=md", "type=item_get key=none status=not_found",
        "type=item_get key=n status=not_found", "type=item_get key=b status=not_found",
        "type=item_get key=n status=not_found", "type=item_get key=end status=not_found",
      ])
  }

  /// Behind the key, without class and client, and with the time to live in full hundreds.
  private func derived(_ line: String) -> String {
    line.split(separator: " ").filter { !$0.hasPrefix("clsid=") && !$0.hasPrefix("cfd=") }.map { word in
      guard word.hasPrefix("ttl="), let seconds = Int(word.dropFirst(4)) else { return String(word) }
      return "ttl=\((seconds + 99) / 100 * 100)"
    }.joined(separator: " ")
  }

  @Test("What rests on an item that was held is told as it has become") func resting() throws {
    let rig = try WorkerRig()
    let (client, watcher) = (try rig.client(), try rig.client())
    _ = watcher.ask("watch mutations deletions\r\n")
    _ = client.ask(
      "set a 0 1000 3\r\nabc\r\nappend a 0 0 2\r\nde\r\nms a 1 MP\r\nx\r\nms b 1 MA N500\r\nx\r\nms b 1 MA N900\r\ny\r\n"
    )
    let unique = client.ask("mg a c\r\n").split(separator: "c").last.flatMap { UInt64($0.dropLast()) } ?? 0
    #expect(client.ask("ms a 4 T60 I C\(unique - 1)\r\nabcd\r\n") == "HD\r\n")
    _ = client.ask("append none 0 0 1\r\nx\r\nset end 0 0 1\r\nx\r\n")
    let lines = told(rig, watcher, until: "key=end").map(derived)
    #expect(
      lines == [
        "type=item_store key=a status=stored cmd=set ttl=1000 size=3",
        "type=item_store key=a status=stored cmd=append ttl=1000 size=5",
        "type=item_store key=a status=stored cmd=prepend ttl=1000 size=6",
        "type=item_store key=b status=stored cmd=append ttl=500 size=1",
        "type=item_store key=b status=stored cmd=append ttl=500 size=2",
        "type=item_store key=a status=stored cmd=cas ttl=1000 size=4",
        "type=item_store key=none status=not_stored cmd=append ttl=0 size=1",
        "type=item_store key=end status=stored cmd=set ttl=0 size=1",
      ])
  }

  @Test("So are numbers that are begun, in both protocols, and what is left without a value") func begun() throws {
    let rig = try WorkerRig()
    let (client, other, watcher) = (try rig.client(), try rig.client(), try rig.client())
    _ = watcher.ask("watch fetchers mutations deletions\r\n")
    _ = client.ask("ma n N0 J5\r\nma n\r\nmd n x T700\r\nmd n x I\r\nme n\r\n")
    _ = other.ask([.increment("i", by: 1, initial: 77, exptime: 800), .get("end")])
    let lines = told(rig, watcher, until: "key=end").map(derived)
    #expect(
      lines == [
        "type=item_get key=n status=not_found size=0", "type=item_get key=n status=not_found size=0",
        "type=item_store key=n status=stored cmd=add ttl=0 size=1", "type=item_get key=n status=found size=1",
        "type=item_get key=n status=found size=1", "type=item_store key=n status=stored cmd=set ttl=700 size=0",
        "type=deleted key=n cmd=md size=0", "type=item_get key=n status=found size=0",
        "type=item_store key=n status=stored cmd=set ttl=0 size=0", "type=item_get key=n status=found size=0",
        "type=item_get key=i status=not_found size=0", "type=item_get key=i status=not_found size=0",
        "type=item_store key=i status=stored cmd=add ttl=800 size=2", "type=item_get key=end status=not_found size=0",
      ])
  }

  @Test("So is the binary protocol") func binary() throws {
    let rig = try WorkerRig()
    let (client, watcher) = (try rig.client(), try rig.client())
    _ = watcher.ask("watch fetchers mutations deletions rawcmds\r\n")
    _ = client.ask([.set("a", "abc"), .get("a"), .delete("a"), .get("a")])
    _ = client.ask([.get("end")])
    let lines = told(rig, watcher, until: "key=end")
    let words = lines.map { $0.split(separator: " ").dropFirst().prefix(2).joined(separator: " ") }
    #expect(words.prefix(3) == ["binary 0x01", "key=a status=not_found", "key=a status=stored"])
    #expect(words.contains("key=a cmd=delete") && words.contains("key=a status=found"))
  }

  @Test("Who sends something while it watches goes on watching, and who leaves is no watcher any more") func leaving()
    throws
  {
    let rig = try WorkerRig()
    let (client, watcher) = (try rig.client(), try rig.client())
    _ = watcher.ask("watch\r\n")
    #expect(watcher.ask("get a\r\nquit\r\n") == "")
    _ = client.ask("get a\r\n")
    #expect(told(rig, watcher, until: "key=a").count == 1)
    #expect(rig.context.watch.values.watchers == 1)
    client.send((0..<2000).map { "get key\($0)\r\n" }.joined())
    watcher.close()
    _ = client.ask((0..<2000).map { "get key\($0)\r\n" }.joined())
    rig.pump()
    #expect(rig.context.watch.values.watchers == 0 && rig.context.connectionCount == 1)
    #expect(rig.context.observation.current == [])
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("Clients that come and go are told, with the reason") func connections() throws {
    let rig = try WorkerRig()
    let watcher = try rig.client()
    _ = watcher.ask("watch connevents\r\n")
    let (one, two) = (try rig.client(), try rig.client())
    one.send("quit\r\n")
    two.send("GET / HTTP/1.1\r\n")
    let lines = told(rig, watcher, until: "reason=error")
    #expect(lines.filter { $0.hasPrefix("type=conn_new rip=unix rport=0 transport=local cfd=") }.count == 2)
    #expect(lines.filter { $0.contains("reason=normal") }.count == 1)
    #expect(lines.filter { $0.contains("reason=error") }.count == 1)
  }

  @Test("Who resets its connection, and who sends a frame with what it may not have, ends by an error") func errors()
    throws
  {
    let rig = try WorkerRig()
    let watcher = try rig.client()
    _ = watcher.ask("watch connevents\r\n")
    let (gone, wrong) = (try rig.client(), try rig.client())
    // To close over what was not read is a reset.
    gone.send("version\r\n")
    gone.close()
    rig.pump()
    #expect(told(rig, watcher, until: "reason=error").last?.contains("type=conn_close") == true)
    #expect(wrong.ask([BinaryFrame(0x00, "k", extras: [1, 2, 3, 4])]).count == 1)
    #expect(told(rig, watcher, until: "reason=").last?.contains("reason=error") == true)
  }
}
