import Foundation
import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@Suite("A thread", .timeLimit(.minutes(2)))
struct ThreadTests {
  @Test("runs its body, which is done when it is joined")
  func joins() throws {
    let result = Result()
    let thread = try Thread.start(name: "adder") { result.value.store(42, ordering: .relaxed) }
    thread.join()
    #expect(result.value.load(ordering: .relaxed) == 42)
  }

  @Test("bears its name, or fifteen bytes of it")
  func name() throws {
    let isNamed = Result()
    let thread = try Thread.start(name: "replication-link-thread") {
      var name = [CChar](repeating: 0, count: 32)
      let file = unsafe open("/proc/thread-self/comm", O_RDONLY)
      let count = unsafe read(file, &name, 31)
      close(file)
      let text = String(decoding: name.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
      isNamed.value.store(text == "replication-lin\n" ? 1 : 0, ordering: .relaxed)
    }
    thread.join()
    #expect(isNamed.value.load(ordering: .relaxed) == 1)
  }

  @Test("leaves signals to the thread that started it")
  func signals() throws {
    let blocked = Result()
    let thread = try Thread.start(name: "deaf") {
      var mask = sigset_t()
      unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
      let isBlocked = unsafe sigismember(&mask, SIGTERM) == 1 && sigismember(&mask, SIGSEGV) == 0
      blocked.value.store(isBlocked ? 1 : 0, ordering: .relaxed)
    }
    thread.join()
    #expect(blocked.value.load(ordering: .relaxed) == 1)
  }

  @Test("may be given what cannot be shared, once")
  func sending() throws {
    final class Unshared { var number = 1 }
    let unshared = Unshared()
    let result = Result()
    let thread = try Thread.start(name: "owner") {
      unshared.number += 1
      result.value.store(unshared.number, ordering: .relaxed)
    }
    thread.join()
    #expect(result.value.load(ordering: .relaxed) == 2)
  }

  /// The stack of a thread that is not joined, and not detached, stays: 8 MB of addresses each.
  @Test("leaves nothing behind where nobody joins it")
  func detached() throws {
    let ended = Result()
    let before = try addressedBytes()
    for number in 1...200 {
      try Thread.detach(name: "detached") { ended.value.add(1, ordering: .relaxed) }
      #expect(eventually(within: .seconds(60)) { ended.value.load(ordering: .relaxed) == number })
    }
    #expect(try addressedBytes() < before + 800 << 20)
  }

  private func addressedBytes() throws -> Int {
    let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ").first
    return try #require(pages.flatMap { Int($0) }) << 12
  }

  final class Result: Sendable {
    let value = Atomic<Int>(0)
  }
}
