extension Settings {
  /// The argument list with every cluster of short flags taken apart, as getopt reads it: `-vvm64` becomes
  /// `-v -v -m 64`. ArgumentParser takes `-vv`, `-m64` and `-vv -m 64`, but not a cluster that ends in a value.
  ///
  /// What follows a flag that takes a value is that value whatever it looks like, so `-p -1` keeps its `-1`.
  package static func separated(_ arguments: some Sequence<String>) -> [String] {
    var separated: [String] = []
    var rest = arguments.makeIterator()
    while let argument = rest.next() {
      if argument == "--" {
        separated.append(argument)
        while let operand = rest.next() { separated.append(operand) }
      } else if argument.hasPrefix("--") || !argument.hasPrefix("-") || argument.count == 1 {
        separated.append(argument)
        if Flag.isLongNameAwaitingValue(argument), let value = rest.next() { separated.append(value) }
      } else {
        separated += letters(of: argument, value: { rest.next() })
      }
    }
    return separated
  }

  private static func letters(of cluster: String, value next: () -> String?) -> [String] {
    var letters: [String] = []
    var rest = cluster.dropFirst()
    while let letter = rest.popFirst() {
      letters.append("-\(letter)")
      guard Flag(rawValue: "-\(letter)") != nil else { continue }
      if let value = rest.isEmpty ? next() : String(rest) { letters.append(value) }
      break
    }
    return letters
  }
}

extension Settings.Flag {
  fileprivate static func isLongNameAwaitingValue(_ argument: String) -> Bool {
    allCases.contains { argument == "--\($0.longName)" }
  }
}
