import Synchronization
import Testing

@testable import CacheProxy

struct BackendPoolTests {
  private final class Log: Sendable {
    let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
  }

  private let log = Log()
  private var notices: BackendPoolNotices {
    BackendPoolNotices { [log] line in log.lines.withLock { $0.append(line) } }
  }

  private func pool(_ arguments: [String], after before: BackendPool? = nil) throws -> BackendPool {
    guard case .serve(let settings) = try ProxyCommandLine.read(arguments) else { throw NoSettings() }
    return try BackendPool(settings, after: before, notices: before?.notices ?? notices)
  }

  private struct NoSettings: Error {}

  @Test func `mains come first, then second sides, then backups`() throws {
    let pairs = try pool(["-s", "10.0.0.1|10.0.0.2", "-s", "10.0.0.3", "-s", "10.0.0.4|10.0.0.5"])
    #expect(pairs.backends.map { "\($0.address.host.suffix(1))" } == ["1", "3", "4", "2", "5"])
    #expect((0..<5).map { pairs.partner(of: $0) } == [3, nil, 4, 0, 2])
    #expect(pairs.mainCount == 5)
    let backed = try pool(["-s", "10.0.0.1", "-b", "10.0.0.2"])
    #expect(backed.role(of: 0) == "main" && backed.role(of: 1) == "backup" && backed.hasBackups)
  }

  @Test func `a server that stays is the same one, with what is known of it`() throws {
    let before = try pool(["-s", "10.0.0.1", "-s", "10.0.0.2", "-s", "10.0.0.3|10.0.0.4"])
    before.markDead(1, "test")
    let after = try pool(
      ["-s", "10.0.0.2", "-s", "10.0.0.9", "-s", "10.0.0.3|10.0.0.4", "-s", "10.0.0.2"], after: before)
    #expect(after.backends[0] === before.backends[1] && after.backends[0].health == .dead)
    #expect(!before.backends.contains { $0 === after.backends[1] })
    #expect(after.backends[2] === before.backends[2] && after.backends[4] === before.backends[3])
    #expect(after.backends[3] !== after.backends[0], "one that is named twice is two servers")
    let sealed = try pool(["--server-tls", "-s", "10.0.0.2"], after: before)
    #expect(sealed.backends[0] !== before.backends[1], "its connections are of another kind")
  }

  @Test func `a pair is asked on one side until that is dead, and stays with the other`() throws {
    let pool = try pool(["-s", "10.0.0.1|10.0.0.2"])
    #expect(pool.side(of: 0) == 0 && pool.side(of: 1) == 0)
    pool.markDead(0, "test")
    #expect(pool.side(of: 0) == 1)
    #expect(pool.markReturned(0, warming: false) && pool.side(of: 0) == 1)
    pool.markDead(1, "test")
    #expect(pool.side(of: 1) == 0)
  }

  @Test func `no more are ejected than may be, and who is out makes room when it is back`() throws {
    let pool = try pool(["--eject", "--eject-limit=1", "-s", "10.0.0.1", "-s", "10.0.0.2", "-s", "10.0.0.3"])
    func ejected() -> [Int] { (0..<3).filter { pool.backends[$0].isEjected.load(ordering: .relaxed) } }
    pool.markDead(1, "test")
    pool.markDead(0, "test")
    #expect(ejected() == [1])
    _ = pool.markReturned(1, warming: false)
    #expect(ejected() == [0])
    _ = pool.markReturned(0, warming: false)
    #expect(ejected() == [])
    #expect(log.all.contains("magent: the keys of 10.0.0.2:11211 are other servers' for now"))
    #expect(log.all.contains("magent: the keys of 10.0.0.2:11211 are its own again"))
  }

  @Test func `a pair is ejected when both its sides are dead, and a side of it on the first failure`() throws {
    let pool = try pool(["--eject", "--failure-limit=3", "-s", "10.0.0.1|10.0.0.2", "-s", "10.0.0.3"])
    pool.noteFailure(0, "test")
    #expect(pool.backends[0].health == .dead && !pool.backends[0].isEjected.load(ordering: .relaxed))
    pool.noteFailure(2, "test")
    #expect(pool.backends[2].health == .dead)
    let isEjected = pool.backends[0].isEjected.load(ordering: .relaxed)
    #expect(isEjected)
    pool.noteFailure(1, "test")
    #expect(pool.backends[1].health == .alive, "the limit is three")
  }
}
