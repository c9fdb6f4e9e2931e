import MessageAuthentication
import Platform

/// The file of `-Y`: a line for each user, `user:password`, as memcached has it.
///
/// The name ends at the first colon and the password with the line, whatever stands in it. Empty lines are passed over. A
/// line that is no user, or no line that is one, is a fault of the whole file, so that a file that is half written never
/// takes the place of a good one.
enum LoginFile {
  /// More is no list of users but some other file.
  static let maxBytes = 64 << 10
  static let maxUsers = 1000

  static func read(
    _ path: String, key: AuthenticationKey = LoginUsers.newKey()
  ) throws(LoginFileError) -> LoginUsers {
    let bytes: SecretBytes
    do throws(SecretFileError) {
      bytes = try SecretFile.readShared(path, atMost: maxBytes)
    } catch {
      throw .file(error)
    }
    return try users(in: bytes.bytes, key: key)
  }

  static func users(
    in text: Span<UInt8>, key: AuthenticationKey = LoginUsers.newKey()
  ) throws(LoginFileError) -> LoginUsers {
    var users = LoginUsers(key: key)
    var start = 0
    var number = 0
    while start < text.count {
      number += 1
      var end = start
      while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
      let next = end + 1
      if end > start, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      if end > start { try add(text.extracting(start..<end), number, to: &users) }
      start = next
    }
    if users.count == 0 { throw .nobody }
    return users
  }

  private static func add(_ line: Span<UInt8>, _ number: Int, to users: inout LoginUsers) throws(LoginFileError) {
    guard let colon = line.indices.first(where: { line[$0] == UInt8(ascii: ":") }), colon > 0, colon + 1 < line.count
    else { throw .malformed(line: number) }
    if users.count == maxUsers { throw .tooMany }
    users.add(line.extracting(..<colon), line.extracting((colon + 1)...))
  }
}

/// Why a file is none of users. The words follow the file's name in a message; they never show what stands in it.
enum LoginFileError: Error, Equatable, CustomStringConvertible {
  case file(SecretFileError)
  case malformed(line: Int)
  case nobody
  case tooMany

  var description: String {
    switch self {
    case .file(let error): error.description
    case .malformed(let line): "has a line \(line) that is not user:password"
    case .nobody: "has no user"
    case .tooMany: "has more than \(LoginFile.maxUsers) users"
    }
  }
}
