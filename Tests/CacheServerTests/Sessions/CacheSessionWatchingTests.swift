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
        "type=item_get key=n status=not_found", "type=item_get key=n status=not_found",
        "type=item_get key=end status=not_found",
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
}
