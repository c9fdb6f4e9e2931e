/// The eight bytes before the body of each datagram: memcached's.
///
/// ```
///   0        2           4          6           8
///   request  number      how many   nothing     body …
///            from 0      in all
/// ```
///
/// All are numbers of two bytes, the high one first. A request is one datagram; an answer's datagrams bear the request's own
/// number, whatever the client has chosen.
struct DatagramFrame: Equatable {
  let request: UInt16
  let number: UInt16
  let total: UInt16

  static let byteCount = 8
  /// Of a datagram that is sent, frame and body: it passes most networks undivided.
  static let maxDatagramBytes = 1400
  static let maxBodyBytes = maxDatagramBytes - byteCount

  init(request: UInt16, number: UInt16, total: UInt16) {
    self.request = request
    self.number = number
    self.total = total
  }

  /// Of a datagram that has come; nil where there is no frame with a body behind it. What the last two bytes say matters
  /// to nobody.
  init?(_ datagram: Span<UInt8>) {
    guard datagram.count > Self.byteCount else { return nil }
    func word(_ offset: Int) -> UInt16 { UInt16(datagram[offset]) << 8 | UInt16(datagram[offset + 1]) }
    self.init(request: word(0), number: word(2), total: word(4))
  }

  /// A request that is told to be one of several datagrams, or none, is dropped: its others may never come. Its number
  /// among them matters as little to memcached.
  var isWholeRequest: Bool { total == 1 }

  var bytes: InlineArray<8, UInt8> {
    [
      UInt8(request >> 8), UInt8(request & 0xff), UInt8(number >> 8), UInt8(number & 0xff), UInt8(total >> 8),
      UInt8(total & 0xff), 0, 0,
    ]
  }

  /// Datagrams that so many bytes of a reply take.
  static func count(ofBytes count: Int) -> Int { (count + maxBodyBytes - 1) / maxBodyBytes }
}
