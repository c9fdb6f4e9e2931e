/// The argument of `shutdown`. An unknown one is told apart only after the command is known to be enabled (-A).
package enum ShutdownMode: UInt8, Sendable, BitwiseCopyable {
  case immediate, graceful, unknown
}
