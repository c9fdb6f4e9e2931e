import KeyDistribution

/// Which server has a key. Programs that share servers must have the same.
public struct MemcacheDistribution: Hashable, Sendable {
  let rule: Distribution

  /// php-memcache's, with CRC or FNV; `consistent` is the default of its version 8.
  public static func phpMemcache(consistent: Bool = true, hash: PHPMemcacheHash = .crc32) -> Self {
    let hash = hash == .crc32 ? PHPHash.crc32 : .fnv
    return Self(rule: consistent ? .phpMemcacheConsistent(hash) : .phpMemcacheStandard(hash))
  }

  /// libmemcached's default, so php-memcached's and pylibmc's. Weights are ignored, and nobody takes over for a dead server.
  public static func modula(_ hash: Hash = .oneAtATime) -> Self { Self(rule: .modula(hash.function)) }

  /// libmemcached's `DISTRIBUTION_CONSISTENT`, `ketama` of pylibmc.
  public static func consistent(_ hash: Hash = .oneAtATime) -> Self { Self(rule: .consistent(hash.function)) }

  /// libmemcached's `OPT_LIBKETAMA_COMPATIBLE`, with weights.
  public static let ketama = Self(rule: .ketama)

  /// python-memcached's.
  public static let pythonMemcached = Self(rule: .pythonMemcached)

  /// pymemcache's `HashClient`: rendezvous. With `bytesKeys` as it hashes keys of type `bytes`.
  public static func pymemcache(bytesKeys: Bool = false) -> Self { Self(rule: .pymemcache(bytesKeys ? .bytes : .text)) }

  /// twemproxy's `ketama`. `hashTag`: two characters, between which stands what is hashed of a key.
  public static func twemproxyKetama(_ hash: Hash, hashTag: (open: UInt8, close: UInt8)? = nil) -> Self {
    Self(rule: .twemproxyKetama(hash.function, tag: hashTag.map { HashTag(open: $0.open, close: $0.close) }))
  }

  /// twemproxy's `modula`.
  public static func twemproxyModula(_ hash: Hash, hashTag: (open: UInt8, close: UInt8)? = nil) -> Self {
    Self(rule: .twemproxyModula(hash.function, tag: hashTag.map { HashTag(open: $0.open, close: $0.close) }))
  }

  /// magent's, without and with `-k`.
  public static func magent(ketama: Bool = false) -> Self { Self(rule: ketama ? .magentKetama() : .magent) }

  /// Jump consistent hash: even, without a table; servers come and go at the end of the list.
  public static let jump = Self(rule: .jump)

  public enum PHPMemcacheHash: Hashable, Sendable {
    case crc32, fnv
  }

  /// The hash functions of libmemcached and twemproxy.
  public struct Hash: Hashable, Sendable {
    let function: KeyHash

    public static let oneAtATime = Hash(function: .oneAtATime)
    public static let md5 = Hash(function: .md5)
    public static let crc16 = Hash(function: .crc16)
    /// 15 bits of the CRC, as `HASH_CRC` and twemproxy's `crc32` have it.
    public static let crc32 = Hash(function: .crc32)
    /// All of the CRC: twemproxy's `crc32a`.
    public static let crc32a = Hash(function: .crc32a)
    public static let fnv164 = Hash(function: .fnv1x64)
    public static let fnv1a64 = Hash(function: .fnv1ax64)
    public static let fnv132 = Hash(function: .fnv1x32)
    public static let fnv1a32 = Hash(function: .fnv1ax32)
    public static let hsieh = Hash(function: .hsieh)
    public static let murmur = Hash(function: .murmur)
    public static let jenkins = Hash(function: .jenkins)
  }
}
