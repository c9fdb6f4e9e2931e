/// Sizes as people write them: `100`, `20k`, `1m`.
enum ByteCount {
  static func read(_ text: Substring) throws(OptionError) -> Int {
    let scales: [Character: Int] = ["k": 1 << 10, "m": 1 << 20]
    let scale = text.last.flatMap { scales[Character($0.lowercased())] }
    let digits = scale == nil ? text : text.dropLast()
    guard let number = Int(digits), number >= 0, number <= ValueSizes.limit / (scale ?? 1) else {
      throw OptionError("'\(text)' is no size: say 100, 20k or 1m, up to 1024m")
    }
    return number * (scale ?? 1)
  }
}
