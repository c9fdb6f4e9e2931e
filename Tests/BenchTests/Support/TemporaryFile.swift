import Foundation

/// A file that goes with the value.
final class TemporaryFile {
  let name = "/tmp/bench-tests-\(UInt32.random(in: 0...UInt32.max)).file"

  deinit { try? FileManager.default.removeItem(atPath: name) }

  func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: name)) }

  func read() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: name))) }
}
