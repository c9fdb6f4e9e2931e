/// Bytes to requests of the binary protocol. It keeps nothing between two calls and copies nothing.
///
/// ```
///   input ──▶ incomplete          header, extras and key are not all there
///        ──▶ request, next       the value behind `next` is the caller's to take or to drop
///        ──▶ close               no request begins here
/// ```
///
/// **Invariants.** No input traps: counts are bounded before they are used, and positions lie in the input. What is looked at
/// is at most a header, 255 bytes of extras and 250 of key, so any buffer that holds them will do. Whatever memcached 1.6.45
/// answers to a malformed frame, this gives; where that loses its place in the stream, this does not.
package enum BinaryParser {
  package enum Parse: Equatable {
    case incomplete
    case close
    case request(BinaryRequest)
  }

  /// Beyond a gigabyte nobody is believed.
  package static var maxBodyCount: Int { 1 << 30 }

  /// - Parameter start: where the request begins, in the input.
  @inline(__always)
  package static func parse(_ input: Span<UInt8>, from start: Int = 0) -> Parse {
    let rest = input.extracting(start...)
    guard rest.count >= BinaryHeader.count else { return .incomplete }
    guard rest[0] == BinaryHeader.requestMagic else { return .close }
    let header = BinaryHeader(rest)
    let behindHeader = start &+ BinaryHeader.count
    if let status = Self.refusal(header) {
      return .request(
        BinaryRequest(
          header: header, command: .refused(status, behind: header.leadCount), key: .none, next: behindHeader,
          isQuiet: false))
    }
    guard rest.count &- BinaryHeader.count >= header.leadCount else { return .incomplete }
    let extras = rest.extracting(BinaryHeader.count..<BinaryHeader.count &+ header.extrasCount)
    let (command, isQuiet) = read(header, extras)
    return .request(
      BinaryRequest(
        header: header, command: command,
        key: ByteRange(start: behindHeader &+ header.extrasCount, count: header.keyCount),
        next: behindHeader &+ header.leadCount, isQuiet: isQuiet))
  }

  /// The header that stands first in these bytes, whatever it says; nil where they are fewer.
  package static func header(of bytes: Span<UInt8>) -> BinaryHeader? {
    bytes.count < BinaryHeader.count ? nil : BinaryHeader(bytes)
  }

  /// What is wrong with the counts, whatever the command.
  @inline(__always)
  private static func refusal(_ header: BinaryHeader) -> BinaryStatus? {
    if header.leadCount > header.bodyCount { return .unknownCommand }
    if header.bodyCount > maxBodyCount || header.keyCount > ProtocolLimits.maxKeyCount { return .invalidArguments }
    return nil
  }

  /// Where the key of the next request stands and where the one behind it begins, if it is whole but for its value: for those
  /// who look ahead. Nil where there is none.
  @inline(__always)
  package static func key(of input: Span<UInt8>, at start: Int) -> (key: ByteRange, next: Int)? {
    guard start <= input.count &- BinaryHeader.count, input[start] == BinaryHeader.requestMagic else { return nil }
    let header = BinaryHeader(input.extracting(start...))
    let first = start &+ BinaryHeader.count &+ header.extrasCount
    guard refusal(header) == nil, first &+ header.keyCount <= input.count else { return nil }
    return (ByteRange(start: first, count: header.keyCount), start &+ BinaryHeader.count &+ header.bodyCount)
  }

  // MARK: Commands

  private typealias Reading = (command: BinaryRequest.Command, isQuiet: Bool)

  /// - Parameter extras: all of them.
  @inline(__always)
  private static func read(_ header: BinaryHeader, _ extras: Span<UInt8>) -> Reading {
    switch BinaryOpcode(rawValue: header.opcode) {
    case .get: (retrieval(header), false)
    case .getQuietly: (retrieval(header), true)
    case .getWithKey: (retrieval(header, withKey: true), false)
    case .getWithKeyQuietly: (retrieval(header, withKey: true), true)
    case .set: (storage(.set, header, extras), false)
    case .setQuietly: (storage(.set, header, extras), true)
    case .some(let opcode): readOther(opcode, header, extras)
    case nil: (.unknown, false)
    }
  }

  @inline(never)
  private static func readOther(_ opcode: BinaryOpcode, _ header: BinaryHeader, _ extras: Span<UInt8>) -> Reading {
    switch opcode {
    case .add: (storage(.add, header, extras), false)
    case .addQuietly: (storage(.add, header, extras), true)
    case .replace: (storage(.replace, header, extras), false)
    case .replaceQuietly: (storage(.replace, header, extras), true)
    case .append: (extending(isAppend: true, header), false)
    case .appendQuietly: (extending(isAppend: true, header), true)
    case .prepend: (extending(isAppend: false, header), false)
    case .prependQuietly: (extending(isAppend: false, header), true)
    case .delete: (keyOnly(.delete, header), false)
    case .deleteQuietly: (keyOnly(.delete, header), true)
    case .increment: (arithmetic(isIncrement: true, header, extras), false)
    case .incrementQuietly: (arithmetic(isIncrement: true, header, extras), true)
    case .decrement: (arithmetic(isIncrement: false, header, extras), false)
    case .decrementQuietly: (arithmetic(isIncrement: false, header, extras), true)
    case .touch: (touching(header, extras, withKey: false, withValue: false), false)
    case .getAndTouch: (touching(header, extras, withKey: false), false)
    case .getAndTouchQuietly: (touching(header, extras, withKey: false), true)
    case .getAndTouchWithKey: (touching(header, extras, withKey: true), false)
    case .getAndTouchWithKeyQuietly: (touching(header, extras, withKey: true), true)
    default: readAdministration(opcode, header, extras)
    }
  }

  private static func readAdministration(
    _ opcode: BinaryOpcode, _ header: BinaryHeader, _ extras: Span<UInt8>
  ) -> Reading {
    switch opcode {
    case .flush: (flush(header, extras), false)
    case .flushQuietly: (flush(header, extras), true)
    case .noop: (bare(.noop, header), false)
    case .version: (bare(.version, header), false)
    case .quit: (bare(.quit, header), false)
    case .quitQuietly: (bare(.quit, header), true)
    case .stat: (header.extrasCount == 0 ? .stat : malformed, false)
    case .verbosity: (verbosity(header, extras), false)
    case .listMechanisms: (bare(.listMechanisms, header), false)
    case .authenticate: (authentication(isStep: false, header), false)
    case .authenticateStep: (authentication(isStep: true, header), false)
    default: (.unknown, false)
    }
  }

  // MARK: What each command must look like

  private static var malformed: BinaryRequest.Command { .refused(.invalidArguments, behind: 0) }

  @inline(__always)
  private static func retrieval(_ header: BinaryHeader, withKey: Bool = false) -> BinaryRequest.Command {
    keyOnly(.retrieve(BinaryRetrieval(withKey: withKey)), header)
  }

  @inline(__always)
  private static func keyOnly(_ command: BinaryRequest.Command, _ header: BinaryHeader) -> BinaryRequest.Command {
    header.keyCount > 0 && header.extrasCount == 0 && header.bodyCount == header.keyCount ? command : malformed
  }

  @inline(__always)
  private static func storage(
    _ verb: StorageVerb, _ header: BinaryHeader, _ extras: Span<UInt8>
  ) -> BinaryRequest.Command {
    guard header.keyCount > 0, extras.count == 8 else { return malformed }
    return .store(verb, flags: extras.number32(at: 0), exptime: extras.number32(at: 4))
  }

  private static func extending(isAppend: Bool, _ header: BinaryHeader) -> BinaryRequest.Command {
    header.keyCount > 0 && header.extrasCount == 0 ? .extend(isAppend: isAppend) : malformed
  }

  private static func arithmetic(
    isIncrement: Bool, _ header: BinaryHeader, _ extras: Span<UInt8>
  ) -> BinaryRequest.Command {
    guard header.keyCount > 0, extras.count == 20, header.bodyCount == header.leadCount else { return malformed }
    return .arithmetic(
      BinaryArithmetic(
        isIncrement: isIncrement, delta: extras.number64(at: 0), initial: extras.number64(at: 8),
        exptime: extras.number32(at: 16)))
  }

  private static func touching(
    _ header: BinaryHeader, _ extras: Span<UInt8>, withKey: Bool, withValue: Bool = true
  ) -> BinaryRequest.Command {
    guard header.keyCount > 0, extras.count == 4 else { return malformed }
    return .retrieve(BinaryRetrieval(extras.number32(at: 0), withKey: withKey, withValue: withValue))
  }

  private static func flush(_ header: BinaryHeader, _ extras: Span<UInt8>) -> BinaryRequest.Command {
    guard header.keyCount == 0, header.bodyCount == extras.count else { return malformed }
    switch extras.count {
    case 0: return .flush(delay: 0)
    case 4: return .flush(delay: extras.number32(at: 0))
    default: return malformed
    }
  }

  /// Of no other form does memcached's documentation tell, and memcached itself knows none.
  private static func verbosity(_ header: BinaryHeader, _ extras: Span<UInt8>) -> BinaryRequest.Command {
    guard extras.count == 4, header.bodyCount == 4 else { return .unknown }
    return .verbosity(extras.number32(at: 0))
  }

  private static func authentication(isStep: Bool, _ header: BinaryHeader) -> BinaryRequest.Command {
    header.extrasCount == 0 && header.keyCount > 0 ? .authenticate(isStep: isStep) : malformed
  }

  private static func bare(_ command: BinaryRequest.Command, _ header: BinaryHeader) -> BinaryRequest.Command {
    header.bodyCount == 0 ? command : malformed
  }
}
