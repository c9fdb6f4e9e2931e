/// Reads a command line as getopt_long(3) does, by the table of flags.
///
/// `-vvm64` is `-v -v -m 64`; `--port=1` is `--port 1`. What follows a flag that takes a value is that value whatever it looks
/// like, so `-p -1` keeps its `-1`. A flag given twice: the last one counts, but `-l` and `-o` gather.
package enum CommandLineReader {
  package enum Request: Sendable {
    case help, version, license
  }

  package enum Result: Sendable, Equatable {
    case serve(Settings)
    case tell(Request)
  }

  /// The arguments without the program's name.
  package static func read(_ arguments: some Sequence<String>) throws(SettingsError) -> Result {
    let given = try flags(arguments)
    // The values of a question's flags do not matter.
    for request in [Request.help, .version, .license] where given.contains(where: { $0.flag.asks(request) }) {
      return .tell(request)
    }
    var settings = Settings()
    for (flag, text) in given { try flag.apply(text, to: &settings) }
    return .serve(try settings.checked())
  }

  private typealias Given = (flag: Flag, text: String)

  private static func flags(_ arguments: some Sequence<String>) throws(SettingsError) -> [Given] {
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

  private static func long(_ text: Substring, value next: () -> String?) throws(SettingsError) -> Given {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let flag = Flag.named("--\(parts[0])") else { throw .unknownFlag("--\(parts[0])") }
    guard flag.argument != nil else {
      if parts.count > 1 { throw .unwantedFlagValue("--\(parts[0])") }
      return (flag, "")
    }
    guard let value = parts.count > 1 ? String(parts[1]) : next() else { throw .missingFlagValue("--\(parts[0])") }
    return (flag, value)
  }

  private static func letters(_ cluster: Substring, value next: () -> String?) throws(SettingsError) -> [Given] {
    var given: [Given] = []
    var rest = cluster
    while let letter = rest.popFirst() {
      guard let flag = Flag.named("-\(letter)") else { throw .unknownFlag("-\(letter)") }
      if flag.argument == nil {
        given.append((flag, ""))
        continue
      }
      guard let value = rest.isEmpty ? next() : String(rest) else { throw .missingFlagValue("-\(letter)") }
      return given + [(flag, value)]
    }
    return given
  }
}

extension Flag {
  /// By `-p` or `--port`; options are not found.
  static func named(_ name: String) -> Flag? {
    all.first { flag in
      !flag.isOption && (name == "--\(flag.name)" || flag.letter.map { name == "-\($0)" } ?? false)
    }
  }

  fileprivate func asks(_ request: CommandLineReader.Request) -> Bool {
    if case .ask(request) = effect { return true }
    return false
  }
}

extension Settings {
  /// Takes the text of one flag, named as on the command line.
  package mutating func set(_ flag: String, _ text: String) throws(SettingsError) {
    guard let flag = Flag.named(flag) else { throw .unknownFlag(flag) }
    try flag.apply(text, to: &self)
  }

  /// The options of `-o`, separated by commas.
  mutating func setOptions(_ list: String) throws(SettingsError) {
    for option in list.split(separator: ",") {
      let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      try setOption(String(parts[0]), parts.count == 2 ? parts[1] : nil)
    }
  }

  private mutating func setOption(_ name: String, _ text: Substring?) throws(SettingsError) {
    let option = Flag.options.first { $0.name == name }
    guard option != nil || Flag.ignoredOptions.contains(name) else { throw .unknownOption(name) }
    let takesValue = option?.argument != nil
    if takesValue, text == nil { throw .missingValue(option: name) }
    if !takesValue, text != nil { throw .unwantedValue(option: name) }
    try option?.apply(text ?? "", to: &self)
  }
}
