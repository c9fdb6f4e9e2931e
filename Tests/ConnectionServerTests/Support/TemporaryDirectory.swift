import Foundation

/// A directory that goes with the test.
final class TemporaryDirectory {
  private let root: String

  init() {
    root = NSTemporaryDirectory() + "/serving-tests-" + UUID().uuidString.prefix(8)
    try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func path(_ name: String) -> String { root + "/" + name }
  func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}
