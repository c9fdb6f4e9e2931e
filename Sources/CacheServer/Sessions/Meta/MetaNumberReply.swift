import ItemStore
import MemcacheProtocol
import Platform

/// What `ma` answers.
struct MetaNumberReply {
  private let request: MetaRequest
  private let number: UInt64
  private let cas: UInt64
  private let expiredAt: UInt32
  private let isCreated: Bool
  private let moment: Moment

  init(
    _ request: MetaRequest, _ number: UInt64, cas: UInt64, _ expiredAt: UInt32, isCreated: Bool, _ moment: Moment
  ) {
    self.request = request
    self.number = number
    self.cas = cas
    self.expiredAt = expiredAt
    self.isCreated = isCreated
    self.moment = moment
  }

  func write(_ key: Span<UInt8>, _ input: Span<UInt8>, to bytes: inout ByteBuffer) {
    let showsNumber = request.flags.contains(.value)
    if showsNumber {
      MetaResponse.writeNumberStatus(number, to: &bytes)
    } else {
      MetaResponse.write(.done, to: &bytes)
    }
    var life = MetaLife(expiredAt, isCreated: isCreated)
    var words = TokenReader(request.words)
    while true {
      let word = words.next(in: input)
      if word.isEmpty { break }
      switch input[word.lowerBound] {
      case UInt8(ascii: "c"): MetaResponse.writeFlag(UInt8(ascii: "c"), cas, to: &bytes)
      case UInt8(ascii: "t"): life.write(at: moment, to: &bytes)
      case UInt8(ascii: "N"), UInt8(ascii: "T"): life.note(input[word.lowerBound], request, at: moment)
      default: request.echo(word, key, input, to: &bytes)
      }
    }
    MetaResponse.writeNewline(to: &bytes)
    if showsNumber { TextResponse.write(number: number, to: &bytes) }
  }
}
