import ArgumentParser
import Platform
import SystemPackage
import Transport

/// How servers are reached: the same for all that a command names.
struct AccessOptions: ParsableArguments {
  @Flag(name: .long, help: "They speak TLS (-Z).")
  var tls = false

  @Option(
    name: .long,
    help: ArgumentHelp("Authorities that vouch for them, PEM. Without it any certificate is taken.", valueName: "file"))
  var ca: String?

  @Option(name: .long, help: ArgumentHelp("Log in (-Y): a file with one line, user:password.", valueName: "file"))
  var login: String?

  @Option(name: .long, help: ArgumentHelp("How long an answer may take.", valueName: "seconds"))
  var timeout: Double = 5

  init() {}

  mutating func validate() throws {
    if !(0.001...86_400).contains(timeout) { throw ValidationError("--timeout takes seconds, more than 0") }
    if ca != nil, !tls { throw ValidationError("--ca goes with --tls") }
  }

  var limit: Duration { .milliseconds(Int(timeout * 1000)) }
  var verifies: Bool { ca != nil }
  /// A server may name any host as its peer: a password is shown to that only if its certificate says who it is.
  var mayLogInAtNamed: Bool { login == nil || tls && verifies }

  /// Nil: they are plain.
  func tlsContext() throws(ToolError) -> TLSContext? {
    guard tls else { return nil }
    var settings = TLSSettings()
    settings.authorities = ca
    if verifies { settings.verification = .require }
    do throws(TLSError) {
      return try TLSContext(settings, for: .servers, counters: TLSCounters())
    } catch {
      throw .usage(error.description)
    }
  }

  /// What logs in, as the server takes it: `user password`.
  func loginWord() throws(ToolError) -> [UInt8]? {
    guard let login else { return nil }
    let bytes: [UInt8]
    do throws(Errno) { bytes = try FileBytes.read(login, atMost: 4096) } catch {
      throw .usage("--login \(login): \(error)")
    }
    var line = Array(bytes.prefix { $0 != 10 && $0 != 13 })
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      throw .usage("--login \(login): has no user:password")
    }
    line[colon] = UInt8(ascii: " ")
    return line
  }
}
