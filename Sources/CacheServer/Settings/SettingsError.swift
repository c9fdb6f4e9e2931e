/// Why a command line cannot be followed. Its description is the one line that the user reads.
package enum SettingsError: Error, Equatable, CustomStringConvertible {
  case malformed(SettingsValue, expected: String)
  case outOfRange(SettingsValue, allowed: String)
  case unknownOption(String)
  case missingValue(option: String)
  case unwantedValue(option: String)
  case notAvailable(String)
  case contradiction(String)

  package var description: String {
    switch self {
    case .malformed(let value, let expected): "\(value.flag) takes \(expected), not '\(value.printable)'"
    case .outOfRange(let value, let allowed): "\(value.flag) must be \(allowed), not '\(value.printable)'"
    case .unknownOption(let name): "-o \(SettingsValue.printable(name)) is unknown"
    case .missingValue(let option): "-o \(option) needs a value: \(option)=..."
    case .unwantedValue(let option): "-o \(option) takes no value"
    case .notAvailable(let what): "\(what)"
    case .contradiction(let what): "\(what)"
    }
  }
}
