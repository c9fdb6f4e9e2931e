/// What proves that its maker has the key: an HMAC-SHA256 of a message.
package struct AuthenticationCode: Sendable, Equatable {
  package let bytes: [32 of UInt8]

  package init(_ bytes: [32 of UInt8]) { self.bytes = bytes }

  package static func == (left: AuthenticationCode, right: AuthenticationCode) -> Bool {
    ConstantTime.areEqual(left.bytes.span, right.bytes.span)
  }
}
