/// Which protocol clients speak, `-B`.
package enum BindingProtocol: String, Sendable, CaseIterable {
  /// A connection's first byte tells.
  case auto
  case ascii, binary

  /// As `stats settings` and the log call it.
  var name: String { self == .auto ? "auto-negotiate" : rawValue }
}
