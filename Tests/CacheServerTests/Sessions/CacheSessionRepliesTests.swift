import ItemStore
import Platform
import Replication
import Synchronization
import Testing

@testable import CacheServer
@testable import ConnectionServer

/// Answers that are sent at the end of a pass. Where a test calls `socketReady` itself, the pass ends when it says so.
@Suite("Answers of a pass")
struct CacheSessionRepliesTests {
  /// Clients whose connections have the tokens 0, 1, 2, …
  static func clients(_ count: Int, _ rig: WorkerRig) throws -> [RigClient] {
    var clients: [RigClient] = []
    for _ in 0..<count { clients.append(try rig.client()) }
    return clients
  }

  static func offer(_ text: String, _ client: RigClient) {
    #expect(client.offer([UInt8](text.utf8)[...]) == text.utf8.count)
  }

  static func answered(_ client: RigClient) -> String {
    client.read()
    return client.takeText()
  }

  static func large(_ rig: WorkerRig, _ name: String, _ count: Int, by client: RigClient) -> String {
    let value = String(repeating: "v", count: count)
    #expect(client.ask("set \(name) 0 0 \(count)\r\n\(value)\r\n") == "STORED\r\n")
    return "VALUE \(name) 0 \(count)\r\n\(value)\r\nEND\r\n"
  }

  @Test("All that is ready is executed, and the peer's link is told, before the first answer is sent") func together()
    throws
  {
    let journal = WatchingJournal()
    let rig = try WorkerRig(journal: journal)
    let clients = try Self.clients(5, rig)
    for client in clients { Self.offer("set a 0 0 1\r\nx\r\n", client) }
    journal.watch(rig.counters)
    rig.turn()
    #expect(journal.records == 5)
    #expect(journal.writtenWhenFlushed == [0])
    for client in clients { #expect(Self.answered(client) == "STORED\r\n") }
    #expect(rig.counters[.bytesWritten] == 40)
  }

  @Test("A connection that is woken again is sent its first answer before it is served") func wokenAgain() throws {
    let rig = try WorkerRig()
    let clients = try Self.clients(2, rig)
    Self.offer("get a\r\n", clients[0])
    rig.worker.socketReady(0, .readable)
    #expect(Self.answered(clients[0]) == "")
    Self.offer("version\r\nget b\r\nquit\r\n", clients[0])
    rig.worker.socketReady(0, .readable)
    #expect(Self.answered(clients[0]) == "END\r\n\(versionLine)\r\nEND\r\n")
    rig.worker.passEnded()
    clients[0].read()
    #expect(clients[0].isAtEnd)
    #expect(clients[1].ask("get a\r\n") == "END\r\n")
  }

  @Test("They do not wait for more than a list of others, nor for more than a few pages of bytes") func bounds() throws
  {
    let rig = try WorkerRig()
    let clients = try Self.clients(ReplyBatch.capacity + 1, rig)
    for number in clients.indices {
      Self.offer("get a\r\n", clients[number])
      rig.worker.socketReady(UInt32(number), .readable)
      if number < ReplyBatch.capacity - 1 { #expect(Self.answered(clients[0]) == "") }
    }
    for client in clients.dropLast() { #expect(Self.answered(client) == "END\r\n") }
    #expect(Self.answered(clients[ReplyBatch.capacity]) == "")
    rig.worker.passEnded()
    #expect(Self.answered(clients[ReplyBatch.capacity]) == "END\r\n")

    let block = Self.large(rig, "page", 3_000, by: clients[0])
    for number in 0..<6 {
      Self.offer("get page\r\n", clients[number])
      #expect(Self.answered(clients[0]) == "")
      rig.worker.socketReady(UInt32(number), .readable)
    }
    for number in 0..<6 { #expect(Self.answered(clients[number]) == block) }
  }

  @Test("Large answers, and those of a connection with more to do, are sent at once") func notAside() throws {
    let rig = try WorkerRig { $0.requestsPerTurn = 2 }
    let clients = try Self.clients(5, rig)
    let block = Self.large(rig, "large", 5_000, by: clients[0])
    let huge = Self.large(rig, "huge", 100_000, by: clients[0])
    Self.offer("get a\r\n", clients[4])
    Self.offer("get large\r\n", clients[0])
    Self.offer("get a\r\nget half", clients[1])
    Self.offer("get a\r\nget a\r\nget a\r\n", clients[2])
    Self.offer("get huge\r\n", clients[3])
    for token: UInt32 in [4, 0, 1, 2] { rig.worker.socketReady(token, .readable) }
    #expect(Self.answered(clients[0]) == block)
    #expect(Self.answered(clients[1]) == "END\r\n")
    #expect(Self.answered(clients[2]) == "END\r\nEND\r\n")
    #expect(Self.answered(clients[4]) == "")
    rig.worker.socketReady(3, .readable)
    #expect(Self.answered(clients[4]) == "END\r\n", "nobody's answer waits longer after a long turn")
    clients[3].readAll()
    #expect(clients[3].takeText() == huge)
    #expect(Self.answered(clients[2]) == "END\r\n")
  }

  @Test("What a client does not read stays its own: later answers wait behind it, others' are not touched")
  func unread()
    throws
  {
    let rig = try WorkerRig()
    let sleeper = try rig.client(sendBuffer: 1)
    let others = try Self.clients(2, rig)
    let block = Self.large(rig, "a", 2_000, by: others[0])
    var asked = 0
    while asked < 1_000 {
      let before = rig.counters[.bytesRead]
      Self.offer("get a\r\n", sleeper)
      for other in others { Self.offer("get a\r\n", other) }
      rig.pump()
      asked += 1
      for other in others { #expect(Self.answered(other) == block) }
      if rig.counters[.bytesRead] - before < 3 * 7 { break }
    }
    #expect(asked < 1_000, "a client that does not read is read from without end")
    let written = rig.counters[.bytesWritten]
    sleeper.readAll()
    #expect(rig.counters[.bytesWritten] > written)
    #expect(sleeper.takeText() == String(repeating: block, count: asked))
    #expect(sleeper.ask("get a\r\n") == block)
    #expect(rig.endAndAudit() == [])
  }

  @Test("A client that does not read and has much to get does not take others' answers with its buffer")
  func besideFullBuffer() throws {
    let rig = try WorkerRig { $0.requestsPerTurn = 1_000 }
    let sleeper = try rig.client(sendBuffer: 1)
    let other = try rig.client()
    let block = Self.large(rig, "a", 2_000, by: other)
    Self.offer("get a\r\n", other)
    Self.offer(String(repeating: "get a\r\n", count: 500), sleeper)
    rig.worker.socketReady(1, .readable)
    rig.worker.socketReady(0, .readable)
    rig.worker.passEnded()
    #expect(Self.answered(other) == block)
    sleeper.readAll()
    #expect(sleeper.takeText() == String(repeating: block, count: 500))
  }

  @Test("A client that went away right after its request closes its connection and harms no other") func gone() throws {
    let rig = try WorkerRig()
    let clients = try Self.clients(3, rig)
    for client in clients { Self.offer("set a 0 0 1\r\nx\r\n", client) }
    clients[1].close()
    for token: UInt32 in 0...2 { rig.worker.socketReady(token, .readable) }
    #expect(rig.context.connectionCount == 3)
    rig.worker.passEnded()
    #expect(rig.context.connectionCount == 2)
    #expect(Self.answered(clients[0]) == "STORED\r\n" && Self.answered(clients[2]) == "STORED\r\n")
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("A client that sends no more is answered, then closed") func halfClosed() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    Self.offer("get a\r\n", client)
    Socket.shutdownSending(client.socket)
    client.readAll()
    #expect(client.takeText() == "END\r\n")
    #expect(client.isAtEnd && rig.context.connectionCount == 0)
  }

  @Test("A worker that is stopped in a pass sends the answers of that pass") func stopped() throws {
    let rig = try WorkerRig()
    let clients = try Self.clients(3, rig)
    for client in clients { Self.offer("get a\r\n", client) }
    rig.end()
    for client in clients {
      #expect(Self.answered(client) == "END\r\n")
      client.read()
      #expect(client.isAtEnd)
    }
  }

  @Test("Answers that wait for the peer are not among them") func held() throws {
    let journal = WatchingJournal()
    let rig = try WorkerRig(journal: journal) { $0.peering.acknowledgementMilliseconds = 60_000 }
    let clients = try Self.clients(2, rig)
    journal.outcomes.begin(at: 0)
    Self.offer("set a 0 0 1\r\nx\r\n", clients[0])
    Self.offer("get a\r\n", clients[1])
    rig.turn()
    #expect(Self.answered(clients[0]) == "")
    #expect(Self.answered(clients[1]) == "VALUE a 0 1\r\nx\r\nEND\r\n")
    journal.outcomes.release()
    rig.context.acknowledgements.wake(0)
    rig.pump()
    #expect(Self.answered(clients[0]) == "STORED\r\n")
  }
}

/// A journal that notes how much clients had been sent when the link was told of their changes.
final class WatchingJournal: WorkerJournal {
  private let newest = Atomic<UInt64>(0)
  private let count = Atomic<Int>(0)
  private let watched = Mutex<WorkerCounters?>(nil)
  private let written = Mutex<[UInt64]>([])
  let outcomes = WriteOutcomes()

  var position: UInt64 { UInt64(records) }
  var records: Int { count.load(ordering: .relaxed) }
  var newestStamp: Stamp { Stamp(rawValue: newest.load(ordering: .relaxed)) }
  func willMutate() {}
  func record(_ item: borrowing ItemView) {
    newest.store(item.touched.rawValue, ordering: .relaxed)
    count.add(1, ordering: .relaxed)
  }
  func recordFlush(_ state: FlushState) {}
  func didMutate() {}
  func flush() {
    guard let counters = watched.withLock({ $0 }) else { return }
    written.withLock { $0.append(counters[.bytesWritten]) }
  }

  func watch(_ counters: WorkerCounters) { watched.withLock { $0 = counters } }
  var writtenWhenFlushed: [UInt64] { written.withLock { $0 } }
}
