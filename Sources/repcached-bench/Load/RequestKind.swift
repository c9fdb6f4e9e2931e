enum RequestKind: UInt8, Sendable {
  case get, set
}
