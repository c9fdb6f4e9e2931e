/// Reads a command line as getopt_long(3) does, by the table of flags.
///
/// `-kDp12000` is `-k -D -p 12000`; `--port=1` is `--port 1`. What follows a flag that takes a value is that value whatever it looks
/// like. A flag given twice: the last one counts, but `-s`, `-b` and `-v` gather.
package enum ProxyCommandLine {
  package enum Request: Sendable {
    case help, version
  }

  package enum Result: Sendable, Equatable {
    case serve(ProxySettings)
    case tell(Request)
  }

  /// The arguments without the program's name.
  package static func read(_ arguments: some Sequence<String>) throws(ProxySettingsError) -> Result {
    let given = try flags(arguments)
    if let request = given.lazy.compactMap(\.flag.request).first { return .tell(request) }
    var settings = ProxySettings()
    for (flag, text) in given { try flag.apply(text, to: &settings) }
    return .serve(try settings.checked())
  }

  private typealias Given = (flag: ProxyFlag, text: String)

  private static func flags(_ arguments: some Sequence<String>) throws(ProxySettingsError) -> [Given] {
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

  private static func long(_ text: Substring, value next: () -> String?) throws(ProxySettingsError) -> Given {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let flag = ProxyFlag.all.first(where: { $0.name == parts[0] }) else { throw .unknownFlag("--\(parts[0])") }
    if flag.argument == nil {
      if parts.count > 1 { throw .unwantedValue("--\(flag.name)") }
      return (flag, "")
    }
    guard let value = parts.count > 1 ? String(parts[1]) : next() else { throw .missingValue("--\(flag.name)") }
    return (flag, value)
  }

  private static func letters(_ cluster: Substring, value next: () -> String?) throws(ProxySettingsError) -> [Given] {
    var given: [Given] = []
    var rest = cluster
    while let letter = rest.popFirst() {
      guard let flag = ProxyFlag.all.first(where: { $0.letter == letter }) else { throw .unknownFlag("-\(letter)") }
      if flag.argument == nil {
        given.append((flag, ""))
        continue
      }
      guard let value = rest.isEmpty ? next() : String(rest) else { throw .missingValue("-\(letter)") }
      return given + [(flag, value)]
    }
    return given
  }
}
