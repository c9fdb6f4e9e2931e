import Foundation
import Testing

@testable import CacheServer

@Suite("docs/flags.md")
struct FlagPageTests {
  /// Letter and long name, or the name among those of -o; then what it does here.
  private static func rows() throws -> [(name: String, here: String)] {
    try Repository.text("docs/flags.md").components(separatedBy: "\n").compactMap { line in
      let cells = line.components(separatedBy: "|").dropFirst().dropLast().map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
      }
      guard cells.count >= 2, let here = cells.last, Self.kinds.contains(where: here.hasPrefix) else { return nil }
      if cells.count == 3 { return (cells[1].isEmpty ? cells[0] : cells[1], here) }
      return cells[0].contains(" ") || Self.kinds.contains(cells[0])
        ? nil : (cells[0].trimmingCharacters(in: CharacterSet(charactersIn: "=")), here)
    }
  }

  private static let kinds = ["the same", "differs", "no meaning", "refused"]

  @Test("has one row for each of memcached's flags and names of -o, and no other") func complete() throws {
    let names = try Self.rows().map(\.name)
    let wanted = MemcachedFlags.longNames.map { "--\($0)" } + ["-D"] + MemcachedFlags.options
    #expect(Set(names) == Set(wanted), "\(Set(names).symmetricDifference(wanted))")
    #expect(names.count == wanted.count)
  }

  @Test("says of each what the program says") func truth() throws {
    for (name, here) in try Self.rows() {
      let flag = try #require(
        (Flag.all + Flag.unused).first { name == ($0.isOption ? $0.name : "--\($0.name)") || name == $0.called })
      guard Flag.unused.contains(where: { $0.called == flag.called }) else {
        #expect(here.hasPrefix("the same") || here.hasPrefix("differs: "), "\(name)")
        continue
      }
      if case .refuse(let why) = flag.effect {
        #expect(here.hasPrefix("refused: \(why.prefix(30))"), "\(name)")
        continue
      }
      var settings = Settings()
      try flag.apply(try #require(FlagUnusedTests.goodValue(for: flag)), to: &settings)
      #expect("\(flag.called) has no meaning here\(here.dropFirst("no meaning".count))" == settings.notes.first)
    }
  }
}
