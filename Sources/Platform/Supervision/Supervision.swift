import SystemPackage

/// What whoever started this process has given it beside its arguments: where to tell how it is, and sockets.
///
/// | variable | of | means |
/// |---|---|---|
/// | NOTIFY_SOCKET | sd_notify(3) | where its state is told |
/// | WATCHDOG_USEC, WATCHDOG_PID | sd_watchdog_enabled(3) | how often it must say that it lives |
/// | LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES | sd_listen_fds(3) | sockets that clients are on already |
/// | SYSTEMD_EXEC_PID | systemd.exec(5) | the process that systemd itself has started |
///
/// To be read before a fork: the variables name the process that was started.
package struct Supervision: Sendable {
  package var notify: NotifySocket?
  /// Longer silence means that it hangs; nil: nobody asks.
  package var watchdog: Duration?
  package var inherited: [InheritedSocket] = []
  /// The service manager itself has started this process, and holds it for dead when it goes into the background.
  package var isManaged = false

  package init() {}

  /// - Parameter warn: takes a line of what cannot be told, which is no reason not to serve.
  package init(
    environment: (String) -> String? = ProcessEnvironment.value, pid: Int32 = ProcessIdentity.pid,
    warn: (String) -> Void
  ) throws(InheritanceError) {
    inherited = try InheritedSocket.all(of: environment, pid: pid)
    guard let place = environment("NOTIFY_SOCKET"), !place.isEmpty else { return }
    do throws(Errno) { notify = try NotifySocket(place) } catch {
      warn("NOTIFY_SOCKET: nothing can be told to \(place.debugDescription): \(error)")
    }
    isManaged = environment("SYSTEMD_EXEC_PID") == String(pid)
    watchdog = Self.watchdog(environment, pid, warn)
  }

  private static func watchdog(_ environment: (String) -> String?, _ pid: Int32, _ warn: (String) -> Void) -> Duration?
  {
    guard let text = environment("WATCHDOG_USEC") else { return nil }
    if let owner = environment("WATCHDOG_PID"), owner != String(pid) { return nil }
    guard let microseconds = Int64(text), microseconds > 0 else {
      warn("WATCHDOG_USEC is no number of microseconds: \(text.debugDescription)")
      return nil
    }
    return .microseconds(microseconds)
  }
}
