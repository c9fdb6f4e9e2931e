/// Binary frames, whole and odd.
struct BinaryCommands {
  var words: DifferWords

  /// A frame before it is written.
  private struct Frame {
    var opcode: UInt8
    var extras: [UInt8] = []
    var key: [UInt8] = []
    var value: [UInt8] = []
    var unique: DifferCommand.Piece = .bytes([UInt8](repeating: 0, count: 8))
    var keyCount: Int?
    var bodyCount: Int?
    var magic: UInt8 = 0x80
    /// An opcode that there is not.
    var isUnknown = false

    func command(opaque: UInt32, isLast: Bool = false) -> DifferCommand {
      let bodyCount = bodyCount ?? extras.count + key.count + value.count
      var head = [magic, opcode]
      head += BinaryCommands.big(keyCount ?? key.count, 2)
      head += [UInt8(truncatingIfNeeded: extras.count), 0, 0, 0]
      head += BinaryCommands.big(bodyCount, 4)
      head += BinaryCommands.big(Int(opaque), 4)
      return DifferCommand([.bytes(head), unique, .bytes(extras + key + value)], isLast: isLast)
    }
  }

  private static func big(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - $0))) }
  }

  mutating func next() -> DifferCommand {
    var frame = usual()
    let opaque = UInt32(words.random.below(1 << 20))
    if !words.chance(40) || frame.isUnknown { return frame.command(opaque: opaque) }
    // Of the first five the frame is whole: nobody waits for more, but the daemon may close.
    switch words.random.below(8) {
    case 0: frame.extras.append(0)
    case 1: frame.extras = Array(frame.extras.dropLast())
    case 2: frame.key = []
    case 3: frame.key = Array(DifferWords.tooLongKey.utf8)
    case 4: frame.value += Array("more".utf8)
    case 5:
      frame.keyCount = frame.extras.count + frame.key.count + frame.value.count + 1 + words.random.below(300)
      return frame.command(opaque: opaque, isLast: true)
    case 6:
      frame.bodyCount = words.pick([2_000_000, 0x7fff_ffff, 0xffff_ffff, 100_000])
      return frame.command(opaque: opaque, isLast: true)
    default:
      frame.magic = words.pick([0x81, 0x00, 0xff])
      return frame.command(opaque: opaque, isLast: true)
    }
    return frame.command(opaque: opaque)
  }

  private mutating func usual() -> Frame {
    switch words.random.below(100) {
    case 0..<30: return Frame(opcode: words.pick([0x00, 0x09, 0x0c, 0x0d]), key: key())
    case 30..<55: return storage()
    case 55..<62: return Frame(opcode: words.pick([0x04, 0x14]), key: key(), unique: unique())
    case 62..<78: return arithmetic()
    case 78..<84:
      return Frame(opcode: words.pick([0x0e, 0x0f, 0x19, 0x1a]), key: key(), value: value(), unique: unique())
    case 84..<92:
      return Frame(opcode: words.pick([0x1c, 0x1d, 0x1e, 0x23, 0x24]), extras: Self.big(exptime(), 4), key: key())
    case 92..<94:
      return Frame(opcode: words.pick([0x08, 0x18]), extras: words.chance(500) ? Self.big(exptime(), 4) : [])
    case 94..<96: return Frame(opcode: words.pick([0x0a, 0x0b]), extras: words.chance(200) ? [0, 0, 0, 0] : [])
    case 96: return Frame(opcode: 0x10, key: Array(words.pick(["", "settings", "items", "nonsense", "reset"]).utf8))
    // Without a body: memcached drops that of an unknown opcode twice, and reads on in the middle of what follows.
    default: return Frame(opcode: words.pick([0x1b, 0x1f, 0x20, 0x25, 0x30, 0x40, 0x7f, 0xff]), isUnknown: true)
    }
  }

  private mutating func storage() -> Frame {
    Frame(
      opcode: words.pick([0x01, 0x02, 0x03, 0x11, 0x12, 0x13]),
      extras: Self.big(words.pick([0, 1, 0xffff_ffff, 0xdead_beef]), 4) + Self.big(exptime(), 4), key: key(),
      value: value(),
      unique: unique())
  }

  private mutating func arithmetic() -> Frame {
    let delta = Self.big(words.pick([0, 1, 5, 99, 1 << 40]), 8)
    let initial = Self.big(words.pick([0, 1, 100, 1 << 50]), 8)
    let expiry = words.chance(400) ? [UInt8](repeating: 0xff, count: 4) : Self.big(exptime(), 4)
    return Frame(
      opcode: words.pick([0x05, 0x06, 0x15, 0x16]), extras: delta + initial + expiry, key: key(), unique: unique())
  }

  private mutating func key() -> [UInt8] {
    Array((words.chance(980) ? words.pick(Array(DifferWords.keys.prefix(6))) : words.pick(DifferWords.keys)).utf8)
  }

  private mutating func value() -> [UInt8] { Array(words.value().utf8) }

  /// Never, long, or over.
  private mutating func exptime() -> Int {
    words.chance(800) ? 0 : words.pick([100_000, 2_592_000, 2_592_001, 0x7fff_ffff])
  }

  private mutating func unique() -> DifferCommand.Piece {
    if words.chance(150) { return .unique(words.random.below(4)) }
    return .bytes(words.chance(40) ? [0x7c, 0, 0, 0, 0, 0x12, 0x34, 0x56] : [UInt8](repeating: 0, count: 8))
  }
}
