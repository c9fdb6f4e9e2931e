import Logging
import Platform
import SystemPackage

/// Log lines as they are, on standard error: repcached's users and their scripts know `replication: listen` without a
/// time or a level before it. Nobody waits for whoever reads them: see `LogWriter`.
struct StandardErrorLog: LogHandler {
  var logLevel = Logger.Level.trace
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  private static let writer = LogWriter(to: .standardError)

  func log(event: LogEvent) {
    Self.write("\(event.message)")
  }

  static func write(_ line: String) { writer.write(line) }

  /// From now on lines go out; before, they wait. Not before the fork of `-d`: it takes a thread.
  static func begin() { writer.begin() }

  /// What was said may be the last line of the process, but a stuck reader does not keep it for long.
  static func flush() { writer.flush(within: .seconds(1)) }

  static var droppedLines: UInt64 { writer.droppedLines }
}
