/// One flag of the command line, or one option of `-o`: all that is known of it, in one place (`Flag.all`).
///
/// ```
///   argv ──CommandLineReader──▶ (flag, text) ──apply──▶ Settings
///                                │
///                                └─ Flag.help prints what -h says; tests compare README and the man page with the table
/// ```
///
/// The default is not told twice: it is what `Settings()` has where the flag writes. It must not know what a setting is for.
package struct Flag: Sendable {
  /// Behind one dash; nil for a long name alone, and for an option.
  package let letter: Character?
  /// Behind two dashes, or among the options of `-o`. memcached's where it has one.
  package let name: String
  /// What stands for the value in -h; nil: a switch.
  package let argument: String?
  /// A sentence for -h; nil: taken, and not shown.
  package let help: String?
  /// As -h, README and the man page tell it; nil: there is nothing to tell.
  package let defaultText: String?
  /// What its value may be, where that can be said in a few words.
  package let range: String?
  let isOption: Bool
  /// `name` stands for `name=` and what memcached takes then.
  let isValueOptional: Bool
  let effect: Effect

  enum Effect: Sendable {
    case set(@Sendable (inout Settings, SettingsValue) throws(SettingsError) -> Void)
    case turn(@Sendable (inout Settings) -> Void)
    /// Why it cannot be had here.
    case refuse(String)
    /// Asks for a text instead of a server.
    case ask(CommandLineReader.Request)
  }

  /// As messages name it: `-p`, `--disable-dumping`, `-o repl_wait`.
  package var called: String {
    if isOption { return "-o \(name)" }
    return letter.map { "-\($0)" } ?? "--\(name)"
  }

  func apply(_ text: some StringProtocol, to settings: inout Settings) throws(SettingsError) {
    switch effect {
    case .set(let set): try set(&settings, SettingsValue(flag: called, text: text))
    case .turn(let turn): turn(&settings)
    case .refuse(let why): throw .notAvailable("\(called): \(why)")
    case .ask: break
    }
  }
}

extension Flag {
  /// A flag with a value that is read into a property.
  ///
  /// - Parameters:
  ///   - otherwise: the default in words, where the property's own value does not tell it.
  ///   - note: what else to say behind the default.
  ///   - then: what its being given sets besides.
  init<Value>(
    _ letter: Character?, _ name: String, _ argument: String, _ path: WritableKeyPath<Settings, Value> & Sendable,
    _ reading: FlagReading<Value>, otherwise: String? = nil, note: String? = nil, isOption: Bool = false,
    isValueOptional: Bool = false, help: String,
    then: @escaping @Sendable (inout Settings) -> Void = { _ in }
  ) {
    let told = otherwise ?? reading.show(Settings()[keyPath: path])
    self.init(
      letter, name, argument, help: help, defaultText: Self.joined(told, note), range: reading.range,
      isOption: isOption, isValueOptional: isValueOptional,
      effect: .set { (settings, value) throws(SettingsError) in
        settings[keyPath: path] = try reading.read(value)
        then(&settings)
      })
  }

  /// A flag with a value that is more than one property's.
  init(
    _ letter: Character, _ name: String, _ argument: String, otherwise: String? = nil, range: String? = nil,
    help: String, set: @escaping @Sendable (inout Settings, SettingsValue) throws(SettingsError) -> Void
  ) {
    self.init(
      letter, name, argument, help: help, defaultText: otherwise, range: range, isOption: false, effect: .set(set))
  }

  /// A switch.
  init(
    _ letter: Character?, _ name: String, otherwise: String? = nil, isOption: Bool = false, help: String?,
    turn: @escaping @Sendable (inout Settings) -> Void
  ) {
    self.init(
      letter, name, nil, help: help, defaultText: otherwise, range: nil, isOption: isOption, effect: .turn(turn))
  }

  /// A question.
  init(_ letter: Character, _ name: String, help: String, asks request: CommandLineReader.Request) {
    self.init(letter, name, nil, help: help, defaultText: nil, range: nil, isOption: false, effect: .ask(request))
  }

  init(
    _ letter: Character?, _ name: String, _ argument: String?, help: String?, defaultText: String?, range: String?,
    isOption: Bool, isValueOptional: Bool = false, effect: Effect
  ) {
    (self.letter, self.name, self.argument, self.help) = (letter, name, argument, help)
    (self.defaultText, self.range, self.effect) = (defaultText, range, effect)
    (self.isOption, self.isValueOptional) = (isOption, isValueOptional)
  }

  private static func joined(_ told: String?, _ note: String?) -> String? {
    guard let told, let note else { return told ?? note }
    return "\(told), \(note)"
  }
}
