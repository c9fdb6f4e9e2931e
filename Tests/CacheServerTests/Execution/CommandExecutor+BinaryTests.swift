import ItemStore
import MemcacheProtocol
import Testing

@testable import CacheServer

/// What the commands of the binary protocol come to that the text protocol's do not, without a protocol.
@Suite("Executing commands with a cas unique")
struct CommandExecutorBinaryTests {
  private let rig: WorkerRig

  init() throws { rig = try WorkerRig() }

  private func withExecutor<Result>(_ body: (inout CommandExecutor) -> Result) -> Result {
    var executor = CommandExecutor(context: rig.context, journal: nil, counters: rig.counters)
    executor.update(at: rig.context.moment())
    return body(&executor)
  }

  private func cas(_ key: String) throws -> UInt64 {
    let words = try rig.client().ask("gets \(key)\r\n").split(whereSeparator: \.isWhitespace)
    return try #require(words.count > 4 ? UInt64(words[4]) : nil)
  }

  private func delete(_ key: String, _ unique: UInt64) -> CommandExecutor.Deletion {
    let key = [UInt8](key.utf8)
    return withExecutor { $0.delete(key.span, rig.store.hash(key.span), unique: unique, rig.store, nil) }
  }

  @Test("A delete names the item that it means, and one that means another is no miss") func delete() throws {
    _ = try rig.client().ask("set a 0 0 1\r\n1\r\n")
    #expect(delete("a", 5) == .exists && rig.counters[.deleteMisses] == 0)
    #expect(try delete("a", cas("a")) == .deleted && rig.counters.sum(.deleteHits) == 1)
    #expect(delete("a", 0) == .notFound && delete("a", 5) == .notFound && rig.counters[.deleteMisses] == 2)
  }

  private func arithmetic(
    _ key: String, initial: UInt64 = 7, exptime: UInt32 = 0, unique: UInt64 = 0
  ) -> (outcome: ArithmeticOutcome, cas: UInt64) {
    let key = [UInt8](key.utf8)
    let request = BinaryArithmetic(isIncrement: true, delta: 1, initial: initial, exptime: exptime)
    return withExecutor { $0.arithmetic(key.span, rig.store.hash(key.span), request, unique: unique, rig.store, nil) }
  }

  @Test("A number begins where it is told to, unless it must be there; what is begun is no miss") func begin() throws {
    #expect(arithmetic("n", exptime: .max).outcome == .notFound && rig.counters[.incrMisses] == 1)
    let begun = arithmetic("n")
    #expect(begun.outcome == .created(7) && rig.counters[.incrMisses] == 1)
    #expect(try begun.cas == cas("n"))
    let next = arithmetic("n", unique: begun.cas)
    #expect(next.outcome == .value(8) && next.cas > begun.cas && rig.counters.sum(.incrHits) == 1)
    #expect(arithmetic("n", unique: begun.cas).outcome == .exists)
  }

  private func append(_ value: String, unique: UInt64) -> StoreOutcome? {
    let (key, value) = ([UInt8]("a".utf8), [UInt8](value.utf8))
    let (hash, store) = (rig.store.hash(key.span), rig.store)
    let storage = CommandExecutor.Storage(
      mode: .append, clientFlags: 0, exptime: 0, valueCount: value.count, isCAS: false, isSet: false)
    return withExecutor { executor in
      switch executor.reserve(key.span, hash, storage, store, nil) {
      case .refused(let outcome): return outcome
      case .pending(var pending):
        _ = store.write(value.span, to: &pending, now: executor.moment.seconds)
        return executor.commit(pending, hash, storage, unique: unique, store, nil)
      }
    }
  }

  @Test("An append extends only what it means") func append() throws {
    #expect(append("x", unique: 5) == .notStored)
    _ = try rig.client().ask("set a 0 0 1\r\n1\r\n")
    #expect(append("x", unique: 5) == .exists)
    #expect(try append("2", unique: cas("a")) == .stored(.init(rawValue: cas("a"))))
    #expect(try rig.client().ask("get a\r\n") == "VALUE a 0 2\r\n12\r\nEND\r\n")
    #expect(rig.counters.sum(.cmdSet) == 4)
  }
}
