import Foundation
import Testing

@testable import CacheProxy

struct ProxyDocumentsTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
  }

  @Test func `the man page has each flag and no other`() throws {
    let items = try Self.text("man/magent.1").split(separator: "\n").filter { $0.hasPrefix(".It Fl ") }
    let told = items.compactMap { item in
      item.split(separator: " ").firstIndex(of: "Fl").flatMap { _ in
        item.components(separatedBy: "Fl Fl ").dropFirst().first?.split(separator: " ").first.map(String.init)
      }
    }
    #expect(Set(told) == Set(ProxyFlag.all.map(\.name)))
    for flag in ProxyFlag.all {
      guard let letter = flag.letter else { continue }
      #expect(items.contains { $0.hasPrefix(".It Fl \(letter)") && $0.contains("Fl Fl \(flag.name)") }, "-\(letter)")
    }
  }

  @Test func `the man page tells each default`() throws {
    let items = try Self.text("man/magent.1").components(separatedBy: "\n.It ").dropFirst()
    for flag in ProxyFlag.all {
      guard let told = flag.defaultText else { continue }
      let item = items.first { item in
        let head = item.prefix { $0 != "\n" }
        return head.hasSuffix("Fl Fl \(flag.name)") || head.contains("Fl Fl \(flag.name) ")
      }
      #expect(item?.contains("The default is \(told)") == true || item?.contains("port is \(told)") == true, "\(told)")
    }
  }

  @Test func `docs tell each statistic`() throws {
    let page = try Self.text("docs/magent.md")
    for counter in ProxyCounters.Counter.allCases { #expect(page.contains("`\(counter.name)`"), "\(counter.name)") }
  }
}
