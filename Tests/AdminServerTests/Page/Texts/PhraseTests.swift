import Testing

@testable import AdminServer

@Suite("The table of texts")
struct PhraseTests {
  @Test("Each phrase is there in each language, with the same places for what is put in") func whole() {
    #expect(Phrase.table.count == Phrase.allCases.count)
    for phrase in Phrase.allCases {
      let texts = Phrase.table[phrase]
      let english = places(texts?[.english] ?? "")
      for language in Language.allCases {
        let text = texts?[language] ?? ""
        #expect(!text.isEmpty && places(text) == english, "\(phrase) in \(language)")
      }
    }
  }

  private func places(_ text: String) -> [Int] { (1...9).filter { text.contains("%\($0)") } }

  @Test("What is put in stays as it is, percent signs too") func arguments() {
    #expect(Phrase.usedOf.text(.english, ["%2", "%1"]) == "%2 of %1")
    #expect(Phrase.usedOf.text(.japanese, ["1", "2"]) == "2 中 1")
    #expect(Phrase.yes.text(.german, ["unused"]) == "ja")
    #expect(Phrase.ago.text(.english, []) == "%1 ago")
  }

  @Test(
    "The language is the one that the browser wants most, of those there are",
    arguments: [
      ("de-CH, en;q=0.8", Language.german), ("fr, ja;q=0.5, en;q=0.7", .english), ("zh-Hant-TW", .chinese),
      ("en;q=0, ja;q=0.1", .japanese), ("ja,de", .japanese),
    ])
  func preference(header: String, language: Language) { #expect(Language.preferred(header) == language) }

  @Test("Who wants none of them has no preference", arguments: ["", "fr", "*", ";;;,,,", "de;q=0"]) func none(
    header: String
  ) {
    #expect(Language.preferred(header) == nil)
  }
}
