/// One flag of magent's command line: all that is known of it, in one place (`ProxyFlag.all`).
///
/// The letters are those of magent 0.5 and 0.6 with their meaning; a long name stands beside each, and what they did not have
/// has a long name alone or a letter of memcached's.
package struct ProxyFlag: Sendable {
  /// Behind one dash; nil for a long name alone.
  package let letter: Character?
  /// Behind two dashes.
  package let name: String
  /// What stands for the value in -h; nil: a switch.
  package let argument: String?
  /// A sentence for -h.
  package let help: String
  /// As -h tells it; nil: there is nothing to tell.
  package let defaultText: String?
  let effect: Effect

  enum Effect: Sendable {
    case set(@Sendable (inout ProxySettings, ProxyValue) throws(ProxySettingsError) -> Void)
    case turn(@Sendable (inout ProxySettings) -> Void)
    /// Asks for a text instead of a proxy.
    case ask(ProxyCommandLine.Request)
  }

  package var called: String { letter.map { "-\($0)" } ?? "--\(name)" }

  /// - Parameter name: as who has given it knows it; nil: by its letter.
  func apply(_ text: String, to settings: inout ProxySettings, as name: String? = nil) throws(ProxySettingsError) {
    switch effect {
    case .set(let set): try set(&settings, ProxyValue(flag: name ?? called, text: text))
    case .turn(let turn): turn(&settings)
    case .ask: break
    }
  }

  var request: ProxyCommandLine.Request? {
    if case .ask(let request) = effect { return request }
    return nil
  }
}

extension ProxyFlag {
  typealias Setting = @Sendable (inout ProxySettings, ProxyValue) throws(ProxySettingsError) -> Void

  init(
    _ letter: Character?, _ name: String, _ argument: String, default defaultText: String? = nil, help: String,
    set: @escaping Setting
  ) {
    self.init(
      letter: letter, name: name, argument: argument, help: help, defaultText: defaultText, effect: .set(set))
  }

  init(_ letter: Character?, _ name: String, help: String, turn: @escaping @Sendable (inout ProxySettings) -> Void) {
    self.init(letter: letter, name: name, argument: nil, help: help, defaultText: nil, effect: .turn(turn))
  }

  init(_ letter: Character, _ name: String, help: String, asks request: ProxyCommandLine.Request) {
    self.init(letter: letter, name: name, argument: nil, help: help, defaultText: nil, effect: .ask(request))
  }

  /// A number that is one property's; the default is the property's own.
  init(
    _ letter: Character?, _ name: String, _ argument: String,
    _ path: WritableKeyPath<ProxySettings, Int> & Sendable, _ range: ClosedRange<Int>, help: String
  ) {
    self.init(letter, name, argument, default: String(ProxySettings()[keyPath: path]), help: help) {
      (settings, value) throws(ProxySettingsError) in settings[keyPath: path] = try value.integer(range)
    }
  }
}

/// What -h prints.
extension ProxyFlag {
  private static let column = 26

  package static var help: String { all.map(\.line).joined(separator: "\n") }

  private var line: String {
    let value = argument.map { "=<\($0)>" } ?? ""
    let synopsis = (letter.map { "-\($0), " } ?? "    ") + "--\(name)\(value)"
    let told = defaultText.map { " (default: \($0))" } ?? ""
    if synopsis.count >= Self.column {
      return "\(synopsis)\n\(String(repeating: " ", count: Self.column))\(help)\(told)"
    }
    return synopsis + String(repeating: " ", count: Self.column - synopsis.count) + help + told
  }
}
