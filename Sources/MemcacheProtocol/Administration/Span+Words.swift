// Words as the commands of administration compare them: with strncmp(3) and the word's own length, so any beginning of a name
// is the name.

extension Span where Element == UInt8 {
  /// Whether a word, of one byte at least, is a beginning of the name.
  func word(_ word: ByteRange, begins name: String) -> Bool {
    guard 1...name.utf8.count ~= word.count else { return false }
    var index = word.lowerBound
    for byte in name.utf8.prefix(word.count) {
      guard self[index] == byte else { return false }
      index &+= 1
    }
    return true
  }

  func word(_ word: ByteRange, is name: String) -> Bool {
    word.count == name.utf8.count && self.word(word, begins: name)
  }

  /// What strtod(3) reads to its end, in at most 31 characters.
  func real(_ word: ByteRange) -> Double? {
    guard 1...31 ~= word.count else { return nil }
    var text = ""
    for index in word.lowerBound..<word.upperBound { text.unicodeScalars.append(UnicodeScalar(self[index])) }
    return Double(text)
  }
}
