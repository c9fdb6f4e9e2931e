/// A port for clients, as `-p` and `-U` tell it.
package struct ClientPort: Sendable, Equatable, ExpressibleByIntegerLiteral {
  package let number: UInt16
  /// Told as -1: whichever the system has free.
  package let isAny: Bool

  package static let any = ClientPort(0, isAny: true)

  package init(integerLiteral number: UInt16) { self.init(number) }

  package init(_ number: UInt16) { self.init(number, isAny: false) }

  private init(_ number: UInt16, isAny: Bool) {
    self.number = number
    self.isAny = isAny
  }

  package var isOff: Bool { number == 0 && !isAny }
}

extension FlagReading where Value == ClientPort {
  static var clientPort: Self {
    Self(show: { String($0.number) }) { (value) throws(SettingsError) in
      value.text == "-1" ? .any : ClientPort(try value.port())
    }
  }
}
