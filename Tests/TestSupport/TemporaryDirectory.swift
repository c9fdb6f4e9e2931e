import Foundation

/// A directory that is gone, with all that is in it, when its owner is.
package final class TemporaryDirectory {
  package let path: String

  /// - Parameter isOpenToAll: a daemon that has dropped its privileges may write here, too.
  package init(isOpenToAll: Bool = false) {
    path =
      FileManager.default.temporaryDirectory.appendingPathComponent("repcached-\(UUID().uuidString.prefix(8))").path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      if isOpenToAll { try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path) }
    } catch { fatalError("no temporary directory: \(error)") }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  package func file(_ name: String) -> String { path + "/" + name }
  package func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
  package var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? [] }

  /// Returns the path.
  package func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

  /// Returns the path.
  package func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  package func read(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(name))))
  }
}
