import MemcacheClient
import TestSupport
import Testing

/// A server that is none, or broken: it is dropped and marked as dead, its requests fail with an error, and what comes
/// after them is served by the next one.
@Suite("MemcacheClient before servers that are broken", .onOwnThread)
struct ClientHostileTests {
  let rig = Rig()

  enum Answer: String, CaseIterable, Sendable {
    case garbage, endlessLine, longValue, unasked, zeros, shortValue, close, nothing

    /// What it says to any request; nil: it closes.
    var text: String? {
      switch self {
      case .garbage: "what is this\r\n"
      case .endlessLine: String(repeating: "x", count: 300_000)
      case .longValue: "VA 4000000000 k\r\nVALUE k 0 4000000000\r\n" + String(repeating: "v", count: 100_000)
      case .unasked: String(repeating: "HD\r\nSTORED\r\nEND\r\n", count: 50)
      case .zeros: String(repeating: "\0", count: 1_000)
      case .shortValue: "VA 3\r\nabcdef\r\nVALUE k 0 3\r\nabcdef\r\nEND\r\n"
      case .close: nil
      case .nothing: ""
      }
    }
  }

  @Test("its keys go to the next server after an error", arguments: Answer.allCases, [true, false])
  func broken(answer: Answer, meta: Bool) throws {
    let text = answer.text
    let server = try FalseServer { _ in text }
    let daemon = try rig.daemon()
    var configuration = try MemcacheClientConfiguration("127.0.0.1:\(server.port)", "\(daemon.endpoint)")
    configuration.usesMeta = meta
    configuration.requestTimeout = .milliseconds(2000)
    configuration.hangTimeout = .milliseconds(800)
    try withClient(configuration) { client in
      var failures = 0
      for number in 0..<20 {
        // A broken server may say that it has stored something, as any may.
        // On a busy machine the other may have been silent for so long that it is dead, too, for a while.
        while (try? await client.set("key\(number)", to: number)) == nil, failures < 200 {
          failures += 1
          try await Task.sleep(for: .milliseconds(50))
        }
      }
      #expect(failures < 200)
      for number in 0..<20 { try await client.set("key\(number)", to: number) }
      for number in 0..<20 { #expect(try await client.get("key\(number)", as: Int.self) == number) }
      let values = try await client.get((0..<20).map { "key\($0)" }, as: Int.self)
      #expect(values.count == 20)
    }
    #expect(try daemon.client().statistic("curr_items") == "20")
    server.end()
  }
}
