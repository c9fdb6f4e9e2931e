import Logging
import Platform
import SystemPackage

/// Log lines as they are, on standard error: repcached's users and their scripts know `replication: listen` without a
/// time or a level before it. One write a line, so lines of several threads do not mix.
struct StandardErrorLog: LogHandler {
  var logLevel = Logger.Level.trace
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    Self.write("\(event.message)")
  }

  /// A log that cannot be written is no reason to stop serving.
  static func write(_ line: String) {
    _ = try? FileDescriptor.standardError.writeAll(Array("\(line)\n".utf8))
  }
}
