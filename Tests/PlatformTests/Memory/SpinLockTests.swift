import Platform
import Testing

@Suite("A spin lock", .timeLimit(.minutes(2)))
struct SpinLockTests {
  @Test("is held by one at a time")
  func exclusive() {
    let lock = SpinLock()
    #expect(lock.tryLock() == true)
    #expect(lock.tryLock() == false)
    lock.unlock()
    lock.lock()
    #expect(lock.tryLock() == false)
    lock.unlock()
  }

  @Test("orders what several threads do under it")
  func orders() throws {
    let shared = Shared()
    let threads = try (0..<4).map { number in
      try Thread.start(name: "locker-\(number)") { for _ in 0..<20_000 { shared.increment() } }
    }
    threads.forEach { $0.join() }
    #expect(shared.value == 80_000)
  }

  /// Unchecked because the lock is what is being tested.
  final class Shared: @unchecked Sendable {
    let lock = SpinLock()
    var value = 0

    func increment() {
      lock.lock()
      value += 1
      lock.unlock()
    }
  }
}
