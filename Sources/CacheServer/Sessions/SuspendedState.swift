/// Under which number a connection's unfinished part stands, and with which session: two bits tell.
enum SuspendedState {
  case text(UInt32), binary(UInt32), login(UInt32)

  private static let binaryBit: UInt32 = 1 << 31
  private static let loginBit: UInt32 = 1 << 30

  init(_ number: UInt32) {
    if number & Self.binaryBit != 0 {
      self = .binary(number & ~Self.binaryBit)
    } else if number & Self.loginBit != 0 {
      self = .login(number & ~Self.loginBit)
    } else {
      self = .text(number)
    }
  }

  var number: UInt32 {
    switch self {
    case .text(let number): number
    case .binary(let number): number | Self.binaryBit
    case .login(let number): number | Self.loginBit
    }
  }
}
