extension UInt64 {
  /// The nearest that there is; what is no number is 0. A peer may tell whatever it likes.
  init(saturating number: Double) { self = number >= 1 ? (number < 0x1p63 ? UInt64(number) : .max) : 0 }
}

/// Numbers as a person reads them, in a language.
struct Amounts {
  private let language: Language

  init(_ language: Language) { self.language = language }

  /// Groups of three digits: by a comma, in German by a point.
  func count(_ number: UInt64) -> String {
    let digits = String(number)
    let separator = language == .german ? "." : ","
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place).isMultiple(of: 3) { text += separator }
      text.append(digit)
    }
    return text
  }

  func count(_ number: Int) -> String { count(UInt64(clamping: number)) }

  func decimal(_ number: Double, digits: Int = 1) -> String {
    guard number.isFinite else { return "–" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let whole = UInt64(saturating: (abs(number) * scale).rounded())
    let factor = UInt64(scale)
    let tail = String(whole % factor)
    let padded = String(repeating: "0", count: max(0, digits - tail.count)) + tail
    let point = language == .german ? "," : "."
    return (number < 0 && whole > 0 ? "-" : "") + count(whole / factor) + (digits > 0 ? point + padded : "")
  }

  func bytes(_ number: UInt64) -> String {
    let units = ["B", "KB", "MB", "GB", "TB"]
    var (value, unit) = (Double(number), 0)
    while value >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
    return unit == 0 ? "\(number) B" : "\(decimal(value)) \(units[unit])"
  }

  func microseconds(_ number: UInt64) -> String {
    if number < 1000 { return "\(number) µs" }
    if number < 1_000_000 { return "\(decimal(Double(number) / 1000)) ms" }
    return "\(decimal(Double(number) / 1_000_000)) s"
  }

  func milliseconds(_ number: Int64) -> String {
    if abs(number) < 1000 { return "\(number) ms" }
    return "\(decimal(Double(number) / 1000)) s"
  }

  /// Two parts at most: "2 d 3 h".
  func duration(_ seconds: UInt64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
    if days > 0 { return "\(days) d \(hours) h" }
    if hours > 0 { return "\(hours) h \(minutes) min" }
    return minutes > 0 ? "\(minutes) min \(seconds % 60) s" : "\(seconds) s"
  }

  func ago(_ time: UInt64, now: UInt64) -> String {
    Phrase.ago.text(language, [duration((now &- min(time, now)) / 1_000_000)])
  }

  /// What remains of a time to live, in milliseconds: 0 for ever.
  func remaining(_ milliseconds: Int64) -> String {
    if milliseconds == 0 { return Phrase.forEver.text(language, []) }
    return milliseconds < 0 ? Phrase.expired.text(language, []) : duration(UInt64(milliseconds / 1000))
  }

  /// Unix time in UTC, "2026-11-28 07:30:01".
  static func utc(_ unixMicroseconds: UInt64) -> String {
    let seconds = Int64(clamping: unixMicroseconds / 1_000_000)
    let (day, rest) = (seconds / 86_400, seconds % 86_400)
    // Days to a date of the civil calendar, by eras of 400 years that begin in March.
    let shifted = day + 719_468
    let era = shifted / 146_097
    let ofEra = shifted % 146_097
    let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * year + year / 4 - year / 100)
    let shiftedMonth = (5 * ofYear + 2) / 153
    let date = ofYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year + era * 400 + (month <= 2 ? 1 : 0))-\(two(month))-\(two(date)) "
      + "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
  }
}
