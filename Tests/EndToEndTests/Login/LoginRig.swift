import Foundation
import Testing

/// A file of users, and daemons that ask for it.
struct LoginRig {
  let rig: Rig
  private let folder: TemporaryFolder

  static let login = "set any 0 0 7\r\nfoo bar\r\n"
  static let unauthenticated = "CLIENT_ERROR unauthenticated"

  /// What clients come in by. TLS is one more, where there is a client for it.
  enum Way: String, CaseIterable, CustomTestStringConvertible {
    case tcp, unix
    var testDescription: String { rawValue }
  }

  init(_ rig: Rig, _ users: String = "foo:bar\nbaaaz:quux\n") throws {
    self.rig = rig
    folder = try rig.folder()
    try write(users)
  }

  var path: String { folder.file("users") }

  /// Anew, as an editor does it.
  func write(_ users: String, mode: Int = 0o640) throws { try Self.write(users, to: path, mode: mode) }

  static func write(_ text: String, to path: String, mode: Int) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  func daemon(_ way: Way = .tcp, _ options: [String] = []) throws -> Daemon {
    guard way == .unix else { return try rig.daemon(["-Y", path] + options) }
    let socket = folder.file("socket")
    let daemon = try rig.launch(
      exactly: ["-s", socket, "-X", "0", "-v", "-Y", path] + options, endpoint: .unix(path: socket))
    try #require(daemon.becomesReady(), "\(daemon.log)")
    return daemon
  }
}

extension Daemon {
  /// A client that has logged in.
  func insider() throws -> Client {
    let client = try client()
    guard try client.ask(LoginRig.login) == "STORED\r\n" else { throw RigError("no login") }
    return client
  }

  /// SIGHUP, and the lines that it made.
  func reload(_ files: Int = 1) throws -> [String] {
    let before = reloads.count
    Kernel.signal(pid, 1)
    let isDone = eventually { reloads.count >= before + files }
    if !isDone { throw RigError("no reload; log:\n\(logText)") }
    return Array(reloads.dropFirst(before))
  }

  private var reloads: [String] { log.filter { $0.hasPrefix("reload: ") } }
}
