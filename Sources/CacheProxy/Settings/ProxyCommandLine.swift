import CommandFlags
import Platform
import SystemPackage

/// Reads a command line by the table of flags, and the file of `--config` before it.
///
/// ```
///   argv ──FlagReader──────────────▶ (flag, text) ─┐
///   FILE ──ProxyConfigurationFile──▶ (flag, text) ─┴─ the file's first ──▶ ProxySettings ──▶ checked()
/// ```
///
/// A flag given twice: the last one counts, but `-s`, `-b` and `-v` gather. The command line comes last and so counts more; where it has
/// `-s`, `-b` or `-v` the file's do not count.
package enum ProxyCommandLine {
  package enum Request: Sendable {
    case help, version
  }

  package enum Result: Sendable, Equatable {
    case serve(ProxySettings)
    case tell(Request)
  }

  /// The arguments without the program's name.
  ///
  /// - Parameter file: the text of the file of `--config`.
  package static func read(
    _ arguments: some Sequence<String>, file: (String) throws(Errno) -> String = ProxyConfigurationFile.text
  ) throws(ProxySettingsError) -> Result {
    let given: [FlagReader<ProxyFlag>.Given]
    do throws(FlagFault) { given = try FlagReader(ProxyFlag.all).read(arguments) } catch {
      throw ProxySettingsError(error)
    }
    if let request = given.lazy.compactMap(\.flag.request).first { return .tell(request) }
    var settings = ProxySettings()
    if let path = given.last(where: { $0.flag.name == "config" })?.text {
      let replaced = given.map(\.flag.name).filter { ["server", "backup", "verbose"].contains($0) }
      try ProxyConfigurationFile.read(path, file, without: replaced, into: &settings)
    }
    for (flag, text) in given { try flag.apply(text, to: &settings) }
    return .serve(try settings.checked())
  }
}

extension ProxyFlag: CommandFlag {
  package var takesValue: Bool { argument != nil }
}

extension ProxySettingsError {
  fileprivate init(_ fault: FlagFault) {
    switch fault {
    case .unknown(let name): self = .unknownFlag(name)
    case .missingValue(let name): self = .missingValue(name)
    case .unwantedValue(let name): self = .unwantedValue(name)
    case .ambiguous(let name, let meant): self = .ambiguousFlag(name, meant)
    case .unexpectedArgument(let text): self = .unexpectedArgument(text)
    }
  }
}
