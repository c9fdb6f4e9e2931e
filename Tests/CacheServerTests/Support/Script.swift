import CacheServer

/// Random commands and, from a dictionary as the reference, the bytes they must be answered with. The keys are its own.
struct Script {
  private let prefix: String
  private var items: [String: (flags: Int, value: [UInt8])] = [:]
  private(set) var input: [UInt8] = []
  private(set) var expected: [UInt8] = []

  init(prefix: String) { self.prefix = prefix }

  mutating func add(_ random: inout SeededRandom) {
    switch random.below(12) {
    case 0...3: store(&random)
    case 4...7: retrieve(&random)
    case 8: extend(&random)
    case 9: remove(&random)
    case 10: count(&random)
    default: addOdd(&random)
    }
  }

  private func key(_ random: inout SeededRandom) -> String { "\(prefix)-\(random.below(12))" }

  private mutating func send(_ text: String) { input += Array(text.utf8) }
  private mutating func expect(_ text: String) { expected += Array((text + "\r\n").utf8) }

  private mutating func store(_ random: inout SeededRandom) {
    let sizes = [0, 5, 300, 9_000, 16_384, 17_000, 50_000, 150_000, 700_000]
    let value = random.value(random.below(1 + sizes[random.below(random.below(4) == 0 ? 9 : 6)]))
    let (key, flags) = (key(&random), random.below(1000))
    let noreply = random.below(3) == 0
    let verb = ["set", "set", "add", "replace"][random.below(4)]
    let isHeld = items[key] != nil
    send("\(verb) \(key) \(flags) 0 \(value.count)\(noreply ? " noreply" : "")\r\n")
    input += value + [13, 10]
    let isStored = verb == "set" || (verb == "replace") == isHeld
    if isStored { items[key] = (flags, value) }
    if !noreply { expect(isStored ? "STORED" : "NOT_STORED") }
  }

  private mutating func retrieve(_ random: inout SeededRandom) {
    let keys = (0..<(1 + random.below(6))).map { _ in key(&random) }
    send(["get ", "gat 0 "][random.below(2)] + keys.joined(separator: " ") + "\r\n")
    for key in keys {
      guard let item = items[key] else { continue }
      expect("VALUE \(key) \(item.flags) \(item.value.count)")
      expected += item.value + [13, 10]
    }
    expect("END")
  }

  private mutating func extend(_ random: inout SeededRandom) {
    let value = random.value(random.below([20, 40_000][random.below(2)]))
    let (key, isAppend) = (key(&random), random.below(2) == 0)
    send("\(isAppend ? "append" : "prepend") \(key) 0 0 \(value.count)\r\n")
    input += value + [13, 10]
    guard let item = items[key] else { return expect("NOT_STORED") }
    if item.value.count + value.count > 1_900_000 {
      // Cannot happen with these sizes often enough to matter, but the reference must not be wrong then.
      items[key] = nil
      return expect("SERVER_ERROR object too large for cache")
    }
    items[key] = (item.flags, isAppend ? item.value + value : value + item.value)
    expect("STORED")
  }

  private mutating func remove(_ random: inout SeededRandom) {
    let key = key(&random)
    send("delete \(key)\r\n")
    expect(items.removeValue(forKey: key) == nil ? "NOT_FOUND" : "DELETED")
  }

  private mutating func count(_ random: inout SeededRandom) {
    let key = "\(prefix)-number\(random.below(3))"
    let delta = random.next() >> UInt64(random.below(60))
    if random.below(3) == 0 {
      send("set \(key) 0 0 2\r\n10\r\n")
      items[key] = (0, Array("10".utf8))
      expect("STORED")
    }
    send("incr \(key) \(delta)\r\n")
    guard let item = items[key], let number = UInt64(String(decoding: item.value, as: UTF8.self)) else {
      return expect("NOT_FOUND")
    }
    items[key] = (0, Array(String(number &+ delta).utf8))
    expect(String(number &+ delta))
  }

  private mutating func addOdd(_ random: inout SeededRandom) {
    switch random.below(5) {
    case 0:
      send("version\r\n")
      expect("\(versionLine)")
    case 1:
      send("set \(prefix) x 0 30000\r\n" + String(repeating: "quit\r\n", count: 5_000) + "\r\n")
      expect("CLIENT_ERROR bad command line format")
    case 2:
      send("nonsense\n")
      expect("ERROR")
    case 3:
      send("set \(prefix) 0 0 20\r\n12345678901234567890xx")
      expect("CLIENT_ERROR bad data chunk")
    default:
      let keys = (0..<8_000).map { "\(prefix)-none\($0)" }.joined(separator: " ")
      send("get \(keys)\r\n")
      expect("END")
    }
  }
}

/// What `version` answers.
let versionLine = "VERSION \(Settings.version)"
