import Glibc

/// Waits until it is so, at most so long; whether it came to be.
///
/// Also for the other end of what was closed here: a child that another test starts at that moment has a copy of each descriptor until
/// it is another program, so the end may come a moment later.
package func eventually(within limit: Duration, _ condition: () -> Bool) -> Bool {
  let end = ContinuousClock.now + limit
  while ContinuousClock.now < end {
    if condition() { return true }
    usleep(1_000)
  }
  return condition()
}
