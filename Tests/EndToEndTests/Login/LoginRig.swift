import Foundation
import TestSupport
import Testing

/// A file of users, and daemons that ask for it.
final class LoginRig {
  let rig: Rig
  private let folder: TemporaryDirectory
  private var certificates: Certificates?
  /// Of the last daemon that speaks TLS.
  private var tlsPort: UInt16 = 0

  static let login = "set any 0 0 7\r\nfoo bar\r\n"
  static let unauthenticated = "CLIENT_ERROR unauthenticated"

  /// What clients come in by.
  enum Transport: String, CaseIterable, CustomTestStringConvertible {
    case tcp, unix, tls
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

  /// One that speaks TLS has a port without, by which it is looked at.
  func daemon(_ transport: Transport = .tcp, _ options: [String] = []) throws -> Daemon {
    let common = ["-X", "0", "-v", "-Y", path] + options
    let daemon: Daemon
    switch transport {
    case .tcp: return try rig.daemon(["-Y", path] + options)
    case .unix:
      let socket = folder.file("socket")
      daemon = try rig.launch(exactly: ["-s", socket] + common, endpoint: .unix(path: socket))
    case .tls: daemon = try launchTLS(common)
    }
    try #require(daemon.becomesReady(), "\(daemon.log)")
    return daemon
  }

  private func launchTLS(_ options: [String]) throws -> Daemon {
    let made = try Certificates()
    certificates = made
    let pair = try made.make("server")
    let (plain, tls) = (try FreePorts.next(), try FreePorts.next())
    tlsPort = tls
    let listen = ["-l", "127.0.0.1:\(tls)", "-l", "notls:127.0.0.1:\(plain)"]
    let flags = ["-Z", "-o", "ssl_chain_cert=\(pair.chain),ssl_key=\(pair.key)"]
    return try rig.launch(exactly: listen + flags + options, endpoint: .local(plain))
  }

  func tlsClient() throws -> TLSClient { try .established(.local(tlsPort)) }

  /// Says something on a connection of its own and ends that. Returns how to hear what was answered.
  func say(_ bytes: [UInt8], to daemon: Daemon, over transport: Transport) throws -> () throws -> [UInt8] {
    if transport == .tls {
      let client = try tlsClient()
      try? client.send(bytes)
      try? client.endOutput()
      return { try client.restBytes() }
    }
    let client = try daemon.client()
    do { try client.send(bytes) } catch Client.Failure.closed {}
    client.endOutput()
    return { try client.restBytes() }
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
