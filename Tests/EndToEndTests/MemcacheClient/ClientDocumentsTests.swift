import Foundation
import Testing

@Suite("MemcacheClient's documents")
struct ClientDocumentsTests {
  private let root = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test("The first page's program is the example that `make examples` builds and runs")
  func firstPage() throws {
    let page = try text("Sources/MemcacheClient/MemcacheClient.docc/MemcacheClient.md")
    let program = try text("Examples/SessionStore/Sources/FirstPage/main.swift")
    #expect(page.contains("```swift\n\(program)```"))
  }

  @Test("Every metric that the library has is on its first page")
  func metrics() throws {
    let page = try text("Sources/MemcacheClient/MemcacheClient.docc/MemcacheClient.md")
    let source = try text("Sources/MemcacheClient/Driver/ClientObserver.swift")
    let names = source.split(separator: "\"").filter { $0.hasPrefix("memcache_client_") }
    #expect(names.count == 9)
    for name in names { #expect(page.contains(name.dropFirst("memcache_client".count))) }
  }
}
