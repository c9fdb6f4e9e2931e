import Platform
import SystemPackage
import Yams

/// The file of `--config`: YAML whose keys are the long names of flags.
///
/// ```yaml
/// listen: 10.0.0.10
/// port: 12000
/// ketama: true                              # a switch
/// servers:                                  # or server: for one
///   - a:11211
///   - b1:11211|b2:11211                     # a pair
///   - {server: c:11211, weight: 2, name: c}
///   - {pair: [d1:11211, d2:11211]}
/// backups: [e:11211]
/// ```
///
/// A text, a number, true or false; a list is each of them in turn. What a value may be is the flag's own rule, on the command line and
/// here. **Invariants.** A fault anywhere is the whole file's, and names its line; nothing in it traps. What libyaml makes of a file is
/// bounded by the file, which has a megabyte at most, and lists do not stand in lists.
package enum ProxyConfigurationFile {
  /// What is longer is some other file.
  static let maxBytes = 1 << 20

  package static func text(_ path: String) throws(Errno) -> String {
    String(decoding: try FileBytes.read(path, atMost: maxBytes), as: UTF8.self)
  }

  /// - Parameter replaced: flags that count on the command line alone.
  static func read(
    _ path: String, _ file: (String) throws(Errno) -> String, without replaced: [String],
    into settings: inout ProxySettings
  ) throws(ProxySettingsError) {
    let text: String
    do throws(Errno) { text = try file(path) } catch { throw .unreadable(path, "\(error)") }
    for (name, value) in try pairs(text, path) {
      let flag = try located(name, path) { () throws(ProxySettingsError) -> ProxyFlag in try Self.flag(name.word) }
      if replaced.contains(flag.name) { continue }
      for element in try elements(value, of: flag, path) {
        try located(element, path) { () throws(ProxySettingsError) -> Void in try apply(element, to: flag, &settings) }
      }
    }
  }

  /// An error within is told with the line.
  private static func located<Value>(
    _ node: Node, _ path: String, _ body: () throws(ProxySettingsError) -> Value
  ) throws(ProxySettingsError) -> Value {
    do throws(ProxySettingsError) { return try body() } catch {
      throw .inFile(path, line: node.mark?.line ?? 1, error.description)
    }
  }

  /// The keys and values of the file, in its order; none of an empty one.
  private static func pairs(_ text: String, _ path: String) throws(ProxySettingsError) -> [(Node, Node)] {
    let root: Node?
    do { root = try compose(yaml: text) } catch let error as YamlError {
      throw .inFile(path, line: error.line ?? 1, error.reason)
    } catch { throw .inFile(path, line: 1, "is no YAML") }
    switch root {
    case nil: return []
    case .mapping(let mapping): return mapping.map { ($0.key, $0.value) }
    case .scalar(let scalar) where scalar.string.isEmpty: return []
    case .some(let other): throw .inFile(path, line: other.mark?.line ?? 1, "flags are wanted, each as name: value")
    }
  }

  /// `servers` and `backups` are the lists that they look like.
  private static func flag(_ name: String) throws(ProxySettingsError) -> ProxyFlag {
    let singular = ["servers": "server", "backups": "backup"][name] ?? name
    guard let flag = ProxyFlag.all.first(where: { $0.name == singular }) else { throw .unknownFlag(name) }
    if flag.request != nil || flag.name == "config" { throw .contradiction("\(name) stands on the command line alone") }
    return flag
  }

  /// A list is each of its own.
  private static func elements(_ value: Node, of flag: ProxyFlag, _ path: String) throws(ProxySettingsError) -> [Node] {
    guard case .sequence(let sequence) = value else { return [value] }
    return try located(value, path) { () throws(ProxySettingsError) -> [Node] in
      guard flag.gathers else { throw .contradiction("\(flag.name) takes one value") }
      return Array(sequence)
    }
  }

  private static func apply(
    _ value: Node, to flag: ProxyFlag, _ settings: inout ProxySettings
  ) throws(ProxySettingsError) {
    switch value {
    case .scalar(let scalar):
      guard flag.takesValue else {
        if try isOn(scalar.string, flag) { try flag.apply("", to: &settings) }
        return
      }
      try flag.apply(scalar.string, to: &settings, as: flag.name)
    case .mapping(let mapping) where flag.gathers: try ServerEntry(mapping, flag).add(to: &settings)
    default: throw .contradiction("\(flag.name) takes a text, a number, true or false")
    }
  }

  private static func isOn(_ text: String, _ flag: ProxyFlag) throws(ProxySettingsError) -> Bool {
    switch text.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default: throw .malformed(ProxyValue(flag: flag.name, text: text), expected: "true or false")
    }
  }
}

/// A server with more than its address.
private struct ServerEntry {
  private var text = ""
  private var weight = 1
  private var name: String?
  private let flag: ProxyFlag

  init(_ mapping: Node.Mapping, _ flag: ProxyFlag) throws(ProxySettingsError) {
    self.flag = flag
    for (key, value) in mapping { try take(key.word, value) }
    if text.isEmpty { throw .contradiction("a server needs server: host:port, or pair: [host:port, host:port]") }
  }

  private mutating func take(_ key: String, _ value: Node) throws(ProxySettingsError) {
    switch (key, value) {
    case ("server", .scalar(let scalar)): text = scalar.string
    case ("pair", .sequence(let sides)) where sides.count == 2:
      text = sides.map(\.word).joined(separator: "|")
    case ("weight", .scalar(let scalar)): weight = try ProxyValue(flag: key, text: scalar.string).integer(1...10_000)
    case ("name", .scalar(let scalar)): name = try ProxyValue(flag: key, text: scalar.string).name("a name")
    case ("server", _), ("pair", _), ("weight", _), ("name", _):
      throw .contradiction("\(key) of a server is no such thing: see man magent")
    default:
      throw .contradiction("a server has server or pair, weight and name, and not '\(ProxyValue.printable(key))'")
    }
  }

  func add(to settings: inout ProxySettings) throws(ProxySettingsError) {
    var address = try ProxyValue(flag: flag.name, text: text).backend()
    (address.weight, address.name) = (weight, name)
    if flag.name == "server" { settings.mains.append(address) } else { settings.backups.append(address) }
  }
}

extension ProxyFlag {
  /// Given more than once it is a list.
  fileprivate var gathers: Bool { name == "server" || name == "backup" }
}

extension Node {
  /// A text or a number as it is written; empty where it is neither.
  fileprivate var word: String { scalar?.string ?? "" }
}

extension YamlError {
  fileprivate var line: Int? {
    switch self {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
    case .duplicatedKeysInMapping(_, let context): context.mark.line
    default: nil
    }
  }

  /// In one line.
  fileprivate var reason: String {
    switch self {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
    case .duplicatedKeysInMapping: "a name stands there twice"
    default: "is no YAML"
    }
  }
}
