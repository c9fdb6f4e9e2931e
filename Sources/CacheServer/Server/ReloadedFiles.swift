import ClientLogin
import Platform
import Synchronization

/// The files that are read at the start and again at SIGHUP: those who may log in, the secrets of the pair.
///
/// ```
///   start, as the user of -u ──load──▶ every file, or one line that says why not, and the end
///   SIGHUP ─────────────────reload──▶ every file that can be used; of another what it had stays, and a line says so
/// ```
///
/// **Invariants.** They are read first by who reads them later, after root is given up: what can be read at the start can be
/// read again. A file is taken as a whole or not at all, which is its reader's duty. Any thread may call; the readers lock for
/// themselves. It must not know what stands in the files.
///
/// What else is to be read again is one more `add` in `Server.init`.
final class ReloadedFiles: Sendable {
  typealias Reader = @Sendable (_ path: String) throws(ReloadFault) -> String

  private struct File: Sendable {
    /// As messages name it.
    let flag: String
    let path: String
    /// Returns in a few words what there is now.
    let read: Reader
  }

  private let files = Mutex<[File]>([])
  private let user: String?
  private let log: @Sendable (String) -> Void

  /// - Parameter user: that the daemon becomes.
  init(user: String?, log: @escaping @Sendable (String) -> Void) {
    self.user = user
    self.log = log
  }

  /// - Parameter path: nil: there is no such file.
  func add(_ flag: String, _ path: String?, _ read: @escaping Reader) {
    guard let path else { return }
    files.withLock { $0.append(File(flag: flag, path: path, read: read)) }
  }

  /// Reads all for the first time.
  func load() throws(ServerError) {
    for file in files.withLock({ $0 }) {
      do throws(ReloadFault) { _ = try file.read(file.path) } catch { throw .system(told(file, error)) }
    }
  }

  /// Reads all anew, and says of each what came of it.
  func reload() {
    for file in files.withLock({ $0 }) {
      do throws(ReloadFault) {
        log("reload: \(file.flag): \(SettingsValue.printable(file.path)) has \(try file.read(file.path))")
      } catch {
        log("reload: \(told(file, error)); what it had before is kept")
      }
    }
  }

  private func told(_ file: File, _ fault: ReloadFault) -> String {
    let line = "\(file.flag): \(SettingsValue.printable(file.path)) \(fault.why)"
    guard fault.isForbidden, let user else { return line }
    return line + " (to the user of -u, \(SettingsValue.printable(user)), who has to read it)"
  }
}
