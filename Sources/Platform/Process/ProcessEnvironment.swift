import Glibc

/// What the process was started with besides its arguments.
package enum ProcessEnvironment {
  package static func value(of name: String) -> String? {
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe String(cString: text)
  }
}
