import CommandFlags
import Platform
import SystemPackage

/// Reads a command line as getopt_long(3) does, by the table of flags, and the file of `--config` before it.
///
/// ```
///   argv ──words──▶ (flag, text) ─┐
///   FILE ──lines──▶ (flag, text) ─┴─ the file's first ──▶ Settings ──▶ checked()
/// ```
///
/// See `FlagReader`. A flag given twice: the last one counts, but `-l`, `-o` and `-v` gather. The command line comes last and so counts
/// more; where it has `-l` or `-v` the file's do not count.
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

  private typealias Given = FlagReader<Flag>.Given

  private static func flags(_ arguments: some Sequence<String>) throws(SettingsError) -> [Given] {
    do throws(FlagFault) { return try Flag.reader.read(arguments) } catch { throw SettingsError(error) }
  }
}

extension SettingsError {
  fileprivate init(_ fault: FlagFault) {
    switch fault {
    case .unknown(let name): self = .unknownFlag(name)
    case .missingValue(let name): self = .missingFlagValue(name)
    case .unwantedValue(let name): self = .unwantedFlagValue(name)
    case .ambiguous(let name, let meant): self = .ambiguousFlag(name, meant)
    case .unexpectedArgument(let text): self = .unexpectedArgument(text)
    }
  }
}

extension Flag: CommandFlag {
  package var takesValue: Bool { argument != nil }
  /// memcached takes a value of this one, and does not read it.
  package var ignoresValue: Bool { name == "verbose" }
}

extension Flag {
  private static let onCommandLine = (all + unused).filter { !$0.isOption }
  fileprivate static let reader = FlagReader(onCommandLine)
  /// Of `-o`.
  fileprivate static let namedOptions = Dictionary(
    (all + unused).filter(\.isOption).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// By `-p` or `--port`; options are not found.
  static func named(_ name: String) -> Flag? {
    onCommandLine.first { name == "--\($0.name)" || $0.letter.map { name == "-\($0)" } ?? false }
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

  /// The options of `-o`, separated by commas; behind the last of these there may be nothing, as in memcached.
  mutating func setOptions(_ list: String) throws(SettingsError) {
    var options = list.split(separator: ",", omittingEmptySubsequences: false)
    if options.last?.isEmpty == true { options.removeLast() }
    for option in options {
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
