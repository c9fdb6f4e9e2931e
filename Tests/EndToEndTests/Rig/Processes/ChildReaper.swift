import Foundation
import Synchronization

/// Ends what the tests started, also when the test process itself crashes or is killed: a small shell at the other end of a
/// pipe that is told of every child's start and end, and, when the pipe closes, kills those that are left, by their ids.
final class ChildReaper: Sendable {
  static let shared = ChildReaper()

  private static let script = """
    left=" "
    while read -r what pid; do
      case $what in
        +) left="$left$pid " ;;
        -) kept=" "; for p in $left; do [ "$p" = "$pid" ] || kept="$kept$p "; done; left=$kept ;;
      esac
    done
    for p in $left; do kill -KILL "$p"; done
    """

  private let pipe = Mutex<Int32>(-1)

  private init() {
    guard let ends = try? Kernel.pipe() else { return }
    // A group of its own, or Ctrl-C would end it before its work begins.
    let environment = ProcessInfo.processInfo.environment
    _ = try? Kernel.spawn(
      ["sh", "-c", Self.script], environment: environment, input: ends.read, output: nil, errors: nil, ownGroup: true)
    Kernel.close(ends.read)
    pipe.withLock { $0 = ends.write }
  }

  func watch(_ pid: Int32) { pipe.withLock { Kernel.write("+ \(pid)\n", to: $0) } }

  func forget(_ pid: Int32) { pipe.withLock { Kernel.write("- \(pid)\n", to: $0) } }
}
