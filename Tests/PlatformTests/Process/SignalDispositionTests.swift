import Foundation
import Platform
import Testing

@Suite("A signal's disposition", .serialized)
struct SignalDispositionTests {
  /// Whether the kernel throws the signal away, by what it says of this process.
  private func isIgnored(_ signal: Int32) throws -> Bool {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("SigIgn:") })
    let mask = try #require(UInt64(line.dropFirst("SigIgn:".count).trimmingCharacters(in: .whitespaces), radix: 16))
    return mask & 1 << UInt64(signal - 1) != 0
  }

  @Test("can be to do nothing")
  func ignored() throws {
    SignalDisposition.ignore(SIGUSR2)
    kill(getpid(), SIGUSR2)
    #expect(try isIgnored(SIGUSR2))
    _ = signal(SIGUSR2, SIG_DFL)
    #expect(try !isIgnored(SIGUSR2))
  }
}
