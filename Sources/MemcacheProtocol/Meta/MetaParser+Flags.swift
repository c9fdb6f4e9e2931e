extension MetaParser {
  enum Reading {
    case fine
    case wrong(TextError)
    /// The argument of `F`.
    case wrongFlags
    case unknown
  }

  /// Reads one flag: its letter, and what stands behind it.
  static func read(
    _ letter: UInt8, _ argument: ByteRange, into request: inout MetaRequest, _ input: Span<UInt8>
  ) -> Reading {
    switch letter {
    case UInt8(ascii: "b"):
      let isKey = Base64.decodedCount(input.bytes(in: request.key)) != nil
      return isKey ? .fine : .wrong(.errorDecodingKey)
    case UInt8(ascii: "M"):
      // Where it stands alone, what parts it from the next word is its argument, and no mode.
      request.mode = argument.isEmpty ? .space : input[argument.lowerBound]
      return .fine
    case UInt8(ascii: "N"):
      request.vivifiesLast = true
      return time(argument, &request.vivifyExptime, input)
    case UInt8(ascii: "R"):
      request.touchesBeforeRecache = request.flags.contains(.timeToLive)
      return time(argument, &request.recacheExptime, input)
    case UInt8(ascii: "T"):
      request.vivifiesLast = !request.flags.contains(.vivifies)
      return time(argument, &request.exptime, input)
    case UInt8(ascii: "C"): return number(argument, &request.comparedCAS, .badToken, input)
    case UInt8(ascii: "E"): return number(argument, &request.newCAS, .badToken, input)
    case UInt8(ascii: "D"): return number(argument, &request.delta, .invalidDeltaValue, input)
    case UInt8(ascii: "J"): return number(argument, &request.initial, .invalidInitialValue, input)
    case UInt8(ascii: "F"):
      guard let flags = input.unsigned32(argument) else { return .wrongFlags }
      request.clientFlags = flags
      return .fine
    default: return isKnown(letter) ? .fine : .unknown
    }
  }

  /// Those without an argument that means something.
  private static func isKnown(_ letter: UInt8) -> Bool {
    switch letter {
    case UInt8(ascii: "I"), UInt8(ascii: "L"), UInt8(ascii: "O"), UInt8(ascii: "P"), UInt8(ascii: "c"),
      UInt8(ascii: "f"), UInt8(ascii: "h"), UInt8(ascii: "k"), UInt8(ascii: "l"), UInt8(ascii: "q"),
      UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "u"), UInt8(ascii: "v"), UInt8(ascii: "x"):
      true
    default: false
    }
  }

  private static func time(_ argument: ByteRange, _ time: inout Int64, _ input: Span<UInt8>) -> Reading {
    guard let seconds = input.signed32(argument) else { return .wrong(.badToken) }
    time = Int64(seconds)
    return .fine
  }

  private static func number(
    _ argument: ByteRange, _ number: inout UInt64, _ fault: TextError, _ input: Span<UInt8>
  ) -> Reading {
    guard let value = input.unsigned64(argument) else { return .wrong(fault) }
    number = value
    return .fine
  }
}

extension StorageVerb {
  /// What the letter of `M` says, or that there is none; nil for one that says nothing to `ms`.
  package init?(mode: UInt8) {
    switch mode {
    case 0, UInt8(ascii: "S"): self = .set
    case UInt8(ascii: "E"): self = .add
    case UInt8(ascii: "R"): self = .replace
    case UInt8(ascii: "A"): self = .append
    case UInt8(ascii: "P"): self = .prepend
    default: return nil
    }
  }
}

extension MetaRequest {
  /// Of `ma`; nil where `M` says neither.
  package var isIncrement: Bool? {
    switch mode {
    case 0, UInt8(ascii: "I"), UInt8(ascii: "+"): true
    case UInt8(ascii: "D"), UInt8(ascii: "-"): false
    default: nil
    }
  }
}
