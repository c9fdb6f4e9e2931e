import CLibevent
import Synchronization

/// What libevent complains of, which it would write to standard error itself, and wait for whoever reads that.
@safe enum LibeventLog {
  private static let handler = Mutex<@Sendable (String) -> Void>({ _ in })

  static func send(to new: @escaping @Sendable (String) -> Void) {
    handler.withLock { $0 = new }
    unsafe event_set_log_callback { severity, text in
      guard severity >= EVENT_LOG_MSG, let text = unsafe text else { return }
      LibeventLog.tell(unsafe String(cString: text))
    }
  }

  private static func tell(_ text: String) { handler.withLock { $0 }("libevent: \(text)") }
}

extension EventLoop {
  /// Where libevent's own warnings go, of all loops of the process, from any thread.
  package static func sendWarnings(to handler: @escaping @Sendable (String) -> Void) { LibeventLog.send(to: handler) }
}
