import Platform
import SystemPackage
import Testing

@testable import repcached_bench

@Suite("What a process has used")
struct ServerUsageTests {
  @Test("a name with spaces and parentheses does not shift the fields")
  func name() throws {
    let stat = "42 (a (very) odd) name) S 1 2 3 4 5 6 7 8 9 10 150 30 0 0 20 0 4 0 99 1000 25 0\n"
    let usage = try #require(ServerUsage(stat: stat))
    #expect(usage.user == 1_500_000_000)
    #expect(usage.system == 300_000_000)
    #expect(usage.total == 1_800_000_000)
    #expect(usage.residentBytes == 25 * UInt64(MappedRegion.pageSize))
  }

  @Test("what is no such line is refused", arguments: ["", "42 memcached S 1", "42 (x) S 1 2 3"])
  func refused(stat: String) {
    #expect(ServerUsage(stat: stat) == nil)
  }

  @Test("this process has used some time and memory")
  func own() throws {
    let usage = try #require(ServerUsage.read(ProcessIdentity.pid))
    #expect(usage.total > 0 && usage.residentBytes > 0)
  }

  @Test("a process that is not there has no usage")
  func none() {
    #expect(ServerUsage.read(nil) == nil)
    #expect(ServerUsage.read(Int32.max) == nil)
  }
}
