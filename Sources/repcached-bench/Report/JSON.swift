/// As much of JSON as a report needs: values that print themselves, keys in the order given.
enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(UInt64)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([Member])

  struct Member: Sendable, Equatable {
    let name: String
    let value: JSON
  }

  static func object(_ members: KeyValuePairs<String, JSON>) -> JSON {
    .object(members.map { Member(name: $0.key, value: $0.value) })
  }

  /// null when there is none.
  init(_ number: Double?) { self = number.map { $0.isFinite ? .number($0) : .null } ?? .null }
  init(_ number: UInt64?) { self = number.map { .integer($0) } ?? .null }
  init(_ text: String?) { self = text.map { .string($0) } ?? .null }

  /// Objects over lines, arrays in one.
  func text(indent: String = "") -> String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): value.fixed(3)
    case .string(let value): JSON.quoted(value)
    case .array(let values): "[" + values.map { $0.text(indent: indent) }.joined(separator: ", ") + "]"
    case .object(let members): JSON.braced(members, indent)
    }
  }

  private static func braced(_ members: [Member], _ indent: String) -> String {
    let inner = indent + "  "
    let lines = members.map { "\(inner)\(quoted($0.name)): \($0.value.text(indent: inner))" }
    return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
