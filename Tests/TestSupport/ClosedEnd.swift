import Glibc

/// What a read tells when it is no pause any more; the pause after ten seconds.
///
/// For the other end of what was closed here: a child that another test starts at that moment has a copy of each descriptor until it is
/// another program, so the end may come a moment later.
package func next<Value: Equatable>(after pause: Value, _ read: () -> Value) -> Value {
  for _ in 0..<10_000 {
    let value = read()
    if value != pause { return value }
    usleep(1_000)
  }
  return pause
}
