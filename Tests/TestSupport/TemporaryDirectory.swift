import Foundation

/// A directory that goes with the test.
package final class TemporaryDirectory {
  private let root: String

  package init() {
    root = NSTemporaryDirectory() + "/tests-" + UUID().uuidString.prefix(8)
    try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  package func path(_ name: String) -> String { root + "/" + name }
  package func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// Returns the path.
  package func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }
}
