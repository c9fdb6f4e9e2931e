import ArgumentParser

/// What is asked for.
struct WorkloadOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Shares of gets and sets, e.g. 90:10, 1:0, 0:1.", valueName: "get:set"))
  var mix = "90:10"

  @Option(name: .long, help: ArgumentHelp("Keys of one get.", valueName: "number"))
  var multiget = 1

  @Option(name: [.customShort("k"), .long], help: ArgumentHelp("How many different keys.", valueName: "number"))
  var keys = 10_000

  @Option(name: .long, help: ArgumentHelp("Bytes of a key, 1 to 250.", valueName: "bytes"))
  var keySize = 32

  @Option(name: .long, help: ArgumentHelp("What every key begins with, if the size leaves room.", valueName: "text"))
  var keyPrefix = "repcached-bench:"

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Skew of the keys' popularity: 0 for all alike, 1 for the k-th key asked 1/k as often as the first (Zipf).",
      valueName: "number"))
  var zipf = 0.0

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Bytes of a value: 100, or 50:20k for all from 50 B to 20 KB alike, or several with weights: 100=70,1k=25,5k:10k=5.",
      valueName: "sizes"))
  var valueSize = "100"

  @Option(
    name: .long, help: ArgumentHelp("Expiry of what is set, as memcached takes it; 0 is never.", valueName: "seconds"))
  var ttl: Int64 = 0
}

extension WorkloadOptions {
  mutating func validate() throws {
    _ = try share()
    _ = try sizes()
    guard (1...250).contains(keySize) else { throw ValidationError("--key-size: a key has 1 to 250 bytes") }
    let limit = KeyMaker.maxCount(length: keySize)
    guard (1...limit).contains(keys) else {
      throw ValidationError("--keys: there are 1 to \(limit) different keys of \(keySize) bytes")
    }
    guard keyPrefix.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
      throw ValidationError("--key-prefix: a key has no spaces and no control characters")
    }
    guard (1...1000).contains(multiget) else { throw ValidationError("--multiget: 1 to 1000 keys") }
    guard zipf >= 0, zipf <= 10 else { throw ValidationError("--zipf: from 0 to 10") }
    guard ttl >= 0 else { throw ValidationError("--ttl: 0 or more seconds") }
  }

  func workload(depth: Int) throws -> Workload {
    Workload(
      keys: KeyMaker(length: keySize, prefix: keyPrefix), values: ValueMaker(sizes: try sizes()),
      keyCount: UInt32(keys), chooser: KeyChooser(count: UInt32(keys), skew: zipf), keysPerGet: multiget,
      getShare: try share(), expiry: ttl, depth: depth)
  }

  private func sizes() throws -> ValueSizes {
    do { return try ValueSizes(valueSize) } catch { throw ValidationError("--value-size: \(error.description)") }
  }

  /// Of 2^32 requests, how many are gets.
  private func share() throws -> UInt64 {
    let parts = mix.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    guard parts.count == 2, let gets = parts[0], let sets = parts[1], gets >= 0, sets >= 0, gets + sets > 0,
      (gets + sets).isFinite
    else { throw ValidationError("--mix: two numbers like 90:10") }
    return UInt64(gets / (gets + sets) * 0x1p32)
  }
}
