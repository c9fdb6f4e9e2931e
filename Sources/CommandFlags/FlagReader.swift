/// One flag as its reader sees it. What it does is for whoever has asked for the reading.
package protocol CommandFlag {
  /// Behind one dash; nil: it has a long name alone.
  var letter: Character? { get }
  /// Behind two dashes.
  var name: String { get }
  /// It takes a value, or, where it does not, it stands for itself.
  var takesValue: Bool { get }
  /// A switch that may be given a value behind `=`, which nobody reads.
  var ignoresValue: Bool { get }
}

extension CommandFlag {
  package var ignoresValue: Bool { false }
}

/// Reads a command line as getopt_long(3) does, by a table of flags.
///
/// ```
///   -vvm64 --port=1 --li ::1      ──▶   (-v, "") (-v, "") (-m, "64") (--port, "1") (--listen, "::1")
/// ```
///
/// Letters may stand together, and the value of the last one behind it. `--port=1` is `--port 1`, and so is the beginning of a long name
/// that no other begins with. What follows a flag that takes a value is that value whatever it looks like, so `-p -1` keeps its `-1`.
/// `--` ends the flags; what is no flag is a fault.
package struct FlagReader<Flag: CommandFlag> {
  package typealias Given = (flag: Flag, text: String)

  private let flags: [Flag]

  package init(_ flags: [Flag]) { self.flags = flags }

  /// - Returns: in the order in which they were given.
  package func read(_ arguments: some Sequence<String>) throws(FlagFault) -> [Given] {
    var given: [Given] = []
    var rest = arguments.makeIterator()
    while let argument = rest.next() {
      if argument == "--" {
        if let operand = rest.next() { throw .unexpectedArgument(operand) }
      } else if argument.hasPrefix("--") {
        given.append(try long(argument.dropFirst(2)) { rest.next() })
      } else if argument.hasPrefix("-"), argument.count > 1 {
        given += try letters(argument.dropFirst()) { rest.next() }
      } else {
        throw .unexpectedArgument(argument)
      }
    }
    return given
  }

  private func long(_ text: Substring, value next: () -> String?) throws(FlagFault) -> Given {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let flag = try beginning(String(parts[0]))
    guard flag.takesValue else {
      if parts.count > 1, !flag.ignoresValue { throw .unwantedValue("--\(flag.name)") }
      return (flag, "")
    }
    guard let value = parts.count > 1 ? String(parts[1]) : next() else { throw .missingValue("--\(flag.name)") }
    return (flag, value)
  }

  private func letters(_ cluster: Substring, value next: () -> String?) throws(FlagFault) -> [Given] {
    var given: [Given] = []
    var rest = cluster
    while let letter = rest.popFirst() {
      guard let flag = flags.first(where: { $0.letter == letter }) else { throw .unknown("-\(letter)") }
      if !flag.takesValue {
        given.append((flag, ""))
        continue
      }
      guard let value = rest.isEmpty ? next() : String(rest) else { throw .missingValue("-\(letter)") }
      return given + [(flag, value)]
    }
    return given
  }

  /// By its long name, or a beginning of that.
  private func beginning(_ name: String) throws(FlagFault) -> Flag {
    if let flag = flags.first(where: { $0.name == name }) { return flag }
    let meant = name.isEmpty ? [] : flags.filter { $0.name.hasPrefix(name) }
    guard let flag = meant.first else { throw .unknown("--\(name)") }
    if meant.count > 1 { throw .ambiguous("--\(name)", meant.map { "--\($0.name)" }) }
    return flag
  }
}

extension FlagReader: Sendable where Flag: Sendable {}

/// Why a command line cannot be read. The texts are flags as they were given, with their dashes.
package enum FlagFault: Error, Equatable {
  case unknown(String)
  case missingValue(String)
  case unwantedValue(String)
  case ambiguous(String, [String])
  case unexpectedArgument(String)
}
