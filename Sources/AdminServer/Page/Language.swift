/// The languages of the page. Which one: `?lang=`, else the cookie that it has set, else what the browser prefers.
enum Language: String, CaseIterable, Sendable {
  case english = "en"
  case japanese = "ja"
  case chinese = "zh"
  case german = "de"

  var name: String {
    switch self {
    case .english: "English"
    case .japanese: "日本語"
    case .chinese: "中文"
    case .german: "Deutsch"
    }
  }

  /// The first of a list as browsers send it ("de-CH, en;q=0.8") that there is, by what it is worth.
  static func preferred(_ header: String) -> Language? {
    let entries = header.split(separator: ",").prefix(20).map { entry(String($0)) }
    let known = entries.enumerated().compactMap { place, entry in
      Language(rawValue: entry.language).map { (language: $0, worth: entry.worth, place: place) }
    }
    return known.filter { $0.worth > 0 }.min { ($1.worth, $0.place) < ($0.worth, $1.place) }?.language
  }

  private static func entry(_ text: String) -> (language: String, worth: Double) {
    let parts = text.split(separator: ";").map { String($0).trimmed }
    let name = parts.first?.lowercased().split(separator: "-").first.map(String.init) ?? ""
    let worth = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
    return (name, worth ?? 1)
  }
}
