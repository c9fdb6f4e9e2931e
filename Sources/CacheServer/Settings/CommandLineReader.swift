import Platform
import SystemPackage

/// Reads a command line as getopt_long(3) does, by the table of flags, and the file of `--config` before it.
///
/// ```
///   argv ──words──▶ (flag, text) ─┐
///   FILE ──lines──▶ (flag, text) ─┴─ the file's first ──▶ Settings ──▶ checked()
/// ```
///
/// `-vvm64` is `-v -v -m 64`; `--port=1` is `--port 1`, and so is the beginning of a long name that no other begins with. What
/// follows a flag that takes a value is that value whatever it looks like, so `-p -1` keeps its `-1`. A flag given twice: the last
/// one counts, but `-l`, `-o` and `-v` gather. The command line comes last and so counts more; where it has `-l` or `-v` the file's
/// do not count.
package enum CommandLineReader {
  package enum Request: Sendable {
    case help, version, license
  }

  package enum Result: Sendable, Equatable {
    case serve(Settings)
    case tell(Request)
  }

  /// The arguments without the program's name.
  ///
  /// - Parameter file: the text of the file of `--config`.
  package static func read(
    _ arguments: some Sequence<String>, file: (String) throws(Errno) -> String = ConfigurationFile.text
  ) throws(SettingsError) -> Result {
    let given = try flags(arguments)
    // The values of a question's flags do not matter.
    for request in [Request.help, .version, .license] where given.contains(where: { $0.flag.asks(request) }) {
      return .tell(request)
    }
    var settings = Settings()
    if let config = given.last(where: { $0.flag.name == "config" }) {
      try config.flag.apply(config.text, to: &settings)
      try readFile(config.text, file, below: given, into: &settings)
    }
    for (flag, text) in given { try flag.apply(text, to: &settings) }
    return .serve(try settings.checked())
  }

  /// Adds what the file says, but for what the command line says instead.
  private static func readFile(
    _ path: String, _ file: (String) throws(Errno) -> String, below given: [Given], into settings: inout Settings
  ) throws(SettingsError) {
    let text: String
    do throws(Errno) { text = try file(path) } catch { throw .unreadable(path, "\(error)") }
    let replaced = given.map(\.flag.name).filter { ["listen", "verbose"].contains($0) }
    for line in ConfigurationFile.lines(text) {
      do throws(SettingsError) {
        let words = try line.words.get()
        if ConfigurationFile.isLogFile(words) {
          settings.notes.append(ConfigurationFile.logFileNote)
          continue
        }
        for (flag, text) in try flags(words) where !replaced.contains(flag.name) {
          guard flag.belongsInFile else { throw .notInFile(flag.called) }
          try flag.apply(text, to: &settings)
        }
      } catch {
        throw .inFile(path, line: line.number, error.description)
      }
    }
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
    let flag = try Flag.beginning("--\(parts[0])")
    guard flag.argument != nil else {
      // memcached takes a value of this one, and does not read it.
      if parts.count > 1, flag.name != "verbose" { throw .unwantedFlagValue("--\(flag.name)") }
      return (flag, "")
    }
    guard let value = parts.count > 1 ? String(parts[1]) : next() else { throw .missingFlagValue("--\(flag.name)") }
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
  private static let onCommandLine = (all + unused).filter { !$0.isOption }
  /// Of `-o`.
  fileprivate static let namedOptions = Dictionary(
    (all + unused).filter(\.isOption).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// By `-p` or `--port`; options are not found.
  static func named(_ name: String) -> Flag? {
    onCommandLine.first { name == "--\($0.name)" || $0.letter.map { name == "-\($0)" } ?? false }
  }

  /// By its long name or a beginning of that, as getopt_long(3) has it.
  fileprivate static func beginning(_ name: String) throws(SettingsError) -> Flag {
    if let flag = named(name) { return flag }
    let meant = name.count > 2 ? onCommandLine.filter { "--\($0.name)".hasPrefix(name) } : []
    guard let flag = meant.first else { throw .unknownFlag(name) }
    if meant.count > 1 { throw .ambiguousFlag(name, meant.map { "--\($0.name)" }) }
    return flag
  }

  /// A file asks for no text nor check, and names no other file.
  fileprivate var belongsInFile: Bool {
    if case .ask = effect { return false }
    return name != "config" && name != "check"
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
    guard let option = Flag.namedOptions[name] else { throw .unknownOption(name) }
    if option.argument != nil, text == nil, !option.isValueOptional { throw .missingValue(option: name) }
    if option.argument == nil, text != nil { throw .unwantedValue(option: name) }
    try option.apply(text ?? "", to: &self)
  }
}
