import Foundation

@testable import KeyDistribution

/// A file of Vectors: where a real program put each key. A row is a key and a cell for each column.
struct Vectors {
  let rows: [(key: String, cells: [String])]

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Vectors")

  static var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".csv") }.map { String($0.dropLast(4)) }.sorted()
  }

  init(_ name: String) throws {
    let text = try String(contentsOf: Vectors.folder.appendingPathComponent("\(name).csv"), encoding: .utf8)
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    let count = lines[0].split(separator: ",").count - 1
    // Keys have commas, cells have none.
    rows = lines.dropFirst().map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      let cells = fields.suffix(count).map { String($0) }
      return (fields.dropLast(count).joined(separator: ","), cells)
    }
  }
}

extension KeyMap {
  func server(_ key: String) -> Int? { server(for: Array(key.utf8).span) }
}

extension Server {
  static func local(_ ports: ClosedRange<UInt16>) -> [Server] { ports.map { Server(host: "127.0.0.1", port: $0) } }
}
