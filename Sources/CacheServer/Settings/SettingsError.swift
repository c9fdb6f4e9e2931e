/// Why a command line cannot be followed. Its description is the one line that the user reads.
package enum SettingsError: Error, Equatable, CustomStringConvertible {
  case malformed(SettingsValue, expected: String)
  case outOfRange(SettingsValue, allowed: String)
  case unknownFlag(String)
  case missingFlagValue(String)
  case unwantedFlagValue(String)
  case ambiguousFlag(String, [String])
  case unexpectedArgument(String)
  case unknownOption(String)
  case missingValue(option: String)
  case unwantedValue(option: String)
  case notAvailable(String)
  case contradiction(String)
  // Of the file of --config.
  case unreadable(String, String)
  case inFile(String, line: Int, String)
  case notInFile(String)
  case unclosedQuote

  package var description: String {
    switch self {
    case .malformed(let value, let expected): "\(value.flag) takes \(expected), not '\(value.printable)'"
    case .outOfRange(let value, let allowed): "\(value.flag) must be \(allowed), not '\(value.printable)'"
    case .unknownFlag(let name): "\(SettingsValue.printable(name)) is unknown (repcached -h lists the flags)"
    case .missingFlagValue(let name): "\(name) needs a value"
    case .unwantedFlagValue(let name): "\(name) takes no value"
    case .ambiguousFlag(let name, let meant):
      "\(SettingsValue.printable(name)) may be \(meant.joined(separator: " or "))"
    case .unexpectedArgument(let text): "unexpected argument '\(SettingsValue.printable(text))'"
    case .unknownOption(""): "-o has nothing between two commas, or before the first"
    case .unknownOption(let name): "-o \(SettingsValue.printable(name)) is unknown"
    case .missingValue(let option): "-o \(option) needs a value: \(option)=..."
    case .unwantedValue(let option): "-o \(option) takes no value"
    case .notAvailable(let what): "\(what)"
    case .contradiction(let what): "\(what)"
    case .unreadable(let path, let why): "--config: cannot read \(SettingsValue.printable(path)): \(why)"
    case .inFile(let path, let line, let why): "\(SettingsValue.printable(path)):\(line): \(why)"
    case .notInFile(let name): "\(name) stands on the command line alone"
    case .unclosedQuote: "a quotation mark is not closed"
    }
  }
}
