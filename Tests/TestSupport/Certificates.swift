import Foundation

/// An authority and certificates by it, made by the openssl program for one test, in a folder that goes with it.
package final class Certificates {
  private let directory = TemporaryDirectory()

  package struct Pair: Sendable {
    package let chain: String
    package let key: String
  }

  /// The process ignores SIGPIPE from then on, as a daemon does: OpenSSL writes by write(2).
  package init() throws {
    _ = signal(SIGPIPE, SIG_IGN)
    try openssl(
      ["req", "-x509"] + Self.newKey + [
        "-keyout", file("ca.key"), "-out", authority, "-subj", "/CN=authority", "-days", "2",
      ])
  }

  package var folder: String { directory.path }
  package func file(_ name: String) -> String { directory.file(name) }

  /// In whose name all of this object's certificates are.
  package var authority: String { file("ca.pem") }

  /// A certificate and its key.
  ///
  /// - Parameters:
  ///   - days: it is good for so long from now; below zero it was.
  ///   - names: as openssl writes alternative names.
  package func make(
    _ name: String, days: Int = 2, names: String = "DNS:localhost,IP:127.0.0.1"
  ) throws -> Pair {
    let pair = Pair(chain: file("\(name).pem"), key: file("\(name).key"))
    let request = file("\(name).csr")
    try openssl(
      ["req", "-new"] + Self.newKey + ["-keyout", pair.key, "-out", request, "-subj", "/CN=\(name)"]
        + ["-addext", "subjectAltName=\(names)"])
    try openssl(
      ["x509", "-req", "-in", request, "-CA", authority, "-CAkey", file("ca.key"), "-CAcreateserial"]
        + ["-days", "\(days)", "-copy_extensions", "copy", "-out", pair.chain])
    return pair
  }

  /// Puts one in the place of another, as who renews it does.
  package func replace(_ old: Pair, by new: Pair) throws {
    for (old, new) in [(old.chain, new.chain), (old.key, new.key)] {
      try Data(contentsOf: URL(fileURLWithPath: new)).write(to: URL(fileURLWithPath: old))
    }
  }

  private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  package func openssl(_ arguments: [String]) throws {
    let program = Process()
    program.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    program.arguments = ["openssl"] + arguments
    let errors = Pipe()
    program.standardError = errors
    program.standardOutput = FileHandle.nullDevice
    program.standardInput = FileHandle.nullDevice
    try program.run()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    program.waitUntilExit()
    guard program.terminationStatus == 0 else {
      throw Failure(description: "openssl \(arguments): \(String(decoding: text, as: UTF8.self))")
    }
  }
}
