import Glibc

// A value that threads share, and on whose changes a thread can wait: a pthread mutex and a condition variable.
//
//    any thread:  change { … } ──▶ value ──▶ waitFor { … }: the body runs at once and after each change,
//                                            until it returns something or the time is over
//
// For threads that rest most of the time: to change a value on which nobody waits is no system call. Bodies run under the
// lock, so they are short and must not call the monitor again. ThreadSanitizer sees into it.

@safe package final class Monitor<Value>: @unchecked Sendable {
  private var value: Value
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  package init(_ value: sending Value) {
    self.value = value
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe condition.initialize(to: pthread_cond_t())
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Looks at the value, or changes it in a way that nobody waits for.
  package func with<Result>(_ body: (inout Value) -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body(&value)
  }

  /// Changes the value, and wakes all who wait.
  package func change<Result>(_ body: (inout Value) -> Result) -> Result {
    let result = with(body)
    unsafe pthread_cond_broadcast(condition)
    return result
  }

  /// - Parameter deadline: monotonic nanoseconds; nil waits for ever.
  /// - Returns: what `body` returned, nil only when the time is over.
  package func waitFor<Result>(until deadline: UInt64? = nil, _ body: (inout Value) -> Result?) -> Result? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&value) { return result }
      guard let deadline else {
        unsafe pthread_cond_wait(condition, mutex)
        continue
      }
      var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
      if unsafe pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT { return body(&value) }
    }
  }
}
