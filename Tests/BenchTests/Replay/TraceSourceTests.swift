import Testing

@testable import repcached_bench

@Suite("Traces")
struct TraceSourceTests {
  private func keys(_ change: (inout TraceShape) -> Void = { _ in }) -> [UInt32] {
    var shape = TraceShape(keyCount: 100, skew: 1, requestCount: 1000, scanEvery: nil, shiftEvery: nil, seed: 5)
    change(&shape)
    var source = TraceSource(shape)
    var keys: [UInt32] = []
    while let key = source.next() { keys.append(key) }
    return keys
  }

  @Test("a trace is as long as told, the same for the same seed and another for another")
  func repeatable() {
    #expect(keys().count == 1000 && keys() == keys())
    #expect(keys() != keys { $0.seed = 6 })
    #expect(keys().allSatisfy { $0 < 100 })
    #expect(keys().count { $0 == 0 } > keys().count { $0 == 50 } * 5)
  }

  @Test("a scan asks for every key once, between stretches of the length told", arguments: [1, 2, 3, 100, 1000])
  func scan(count: UInt32) {
    let plain = keys {
      $0.keyCount = count; $0.requestCount = 60
    }
    let keys = keys {
      $0.keyCount = count; $0.requestCount = 60 + 2 * UInt64(count); $0.scanEvery = 30
    }
    let pass = Int(count)
    #expect(Array(keys[..<30]) == Array(plain[..<30]))
    for start in [30, 60 + pass] { #expect(Set(keys[start..<start + pass]) == Set(0..<count)) }
    #expect(Array(keys[(30 + pass)..<(60 + pass)]) == Array(plain[30...]))
  }

  @Test("popularity moves on by a third of the keys after as many requests as told, and comes round")
  func shift() {
    let plain = keys { $0.requestCount = 400 }
    let shifted = keys {
      $0.requestCount = 400; $0.shiftEvery = 100
    }
    for (number, key) in plain.enumerated() {
      #expect(shifted[number] == (key + UInt32(number / 100 % 3) * 33) % 100)
    }
  }
}
