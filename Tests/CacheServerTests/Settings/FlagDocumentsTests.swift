import Foundation
import Testing

@testable import CacheServer

/// What README and the man page say of the flags, beside the table.
@Suite("The documents of the flags")
struct FlagDocumentsTests {
  private static let shown = Flag.all.filter { $0.help != nil }
  private static let withDefault = shown.indices.filter { shown[$0].defaultNumber != nil }

  /// One row of the table in README, which has the flags, or at the end of docs/flags.md, which has the options: letter,
  /// long name, meaning, default.
  private struct Row {
    let cells: [String]

    init?(_ line: String) {
      let parts = line.components(separatedBy: "|").dropFirst().dropLast()
      cells = parts.map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 4, cells[0].hasPrefix("`-") || cells[1].hasPrefix("`") else { return nil }
    }

    func tells(of flag: Flag) -> Bool {
      if flag.isOption {
        return cells[0].isEmpty && ["`\(flag.name)`", "`\(flag.name)="].contains { cells[1].hasPrefix($0) }
      }
      return cells[0] == (flag.letter.map { "`-\($0)`" } ?? "") && cells[1] == "`--\(flag.name)`"
    }
  }

  private func rows() throws -> [Row] {
    let flags = try Repository.text("README.md")
    let page = try Repository.text("docs/flags.md")
    let options = page[try #require(page.range(of: "## Options of -o here")).lowerBound...]
    return [flags, String(options)].flatMap { $0.components(separatedBy: "\n").compactMap(Row.init) }
  }

  @Test("README or docs/flags.md has one row for each flag and each option", arguments: shown.indices)
  func row(number: Int) throws {
    let flag = Self.shown[number]
    #expect(try rows().count { $0.tells(of: flag) } == 1, "\(flag.called)")
  }

  @Test("Neither has a row for what is no flag") func noOtherRow() throws {
    for row in try rows() { #expect(Self.shown.contains { row.tells(of: $0) }, "\(row.cells)") }
  }

  @Test("They tell the default that the program has", arguments: withDefault) func readmeDefault(number: Int) throws {
    let flag = Self.shown[number]
    let value = try #require(flag.defaultNumber)
    let told = try #require(try rows().first { $0.tells(of: flag) }).cells[3]
    #expect(told == value || told.hasPrefix("\(value),"), "\(flag.called): \(told)")
  }

  @Test("The man page has an item for each flag and each option, which tells the default", arguments: shown.indices)
  func manual(number: Int) throws {
    let flag = Self.shown[number]
    let items = try Repository.text("man/repcached.1").components(separatedBy: "\n.It ")
    let short = flag.letter.map { "Fl \($0) , " } ?? ""
    let head = flag.isOption ? "Cm \(flag.name)" : "\(short)Fl Fl \(flag.name)"
    let ending = flag.argument == nil ? "\n" : " Ns = Ns Ar "
    let item = try #require(items.first { $0.hasPrefix(head + ending) }, "no item of \(flag.called)")
    if let value = flag.defaultNumber { #expect(item.contains(value), "\(flag.called): \(value)") }
  }

  @Test("CHANGELOG begins with the version that the program tells") func version() throws {
    let heading = try Repository.text("CHANGELOG.md").components(separatedBy: "\n").first { $0.hasPrefix("## ") }
    #expect(heading?.hasPrefix("## \(Settings.version), ") == true, "\(heading ?? "none")")
  }

  @Test("The man page's synopsis has every letter and no other") func synopsis() throws {
    let page = try Repository.text("man/repcached.1")
    let start = try #require(page.range(of: ".Sh SYNOPSIS")).upperBound
    let end = try #require(page.range(of: ".Sh DESCRIPTION")).lowerBound
    let words = page[start..<end].split { " \n".contains($0) }
    let letters = zip(words, words.dropFirst()).filter { $0.0.hasSuffix("Fl") || $0.0 == "|" }.flatMap(\.1)
    #expect(letters.sorted() == Flag.all.compactMap(\.letter).sorted())
  }
}

extension Flag {
  /// The default where it is a number.
  fileprivate var defaultNumber: String? {
    let number = (defaultText ?? "").prefix { $0.isNumber || $0 == "." || $0 == "m" }
    return number.first?.isNumber == true ? String(number) : nil
  }
}
