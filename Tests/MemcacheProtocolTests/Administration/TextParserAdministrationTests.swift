import MemcacheProtocol
import Testing

@Suite("The text parser, administration")
struct TextParserAdministrationTests {
  static let table: [(line: String, reading: String)] = [
    ("flush_all\r\n", "flush_all 0"),
    ("flush_all\n", "flush_all 0"),
    ("flush_all \r\n", "flush_all 0"),
    ("flush_all 0\r\n", "flush_all 0"),
    ("flush_all -1\r\n", "flush_all -1"),
    ("flush_all 10\r\n", "flush_all 10"),
    ("flush_all noreply\r\n", "flush_all 0 noreply"),
    ("flush_all  noreply \r\n", "flush_all 0 noreply"),
    ("flush_all 0 noreply\r\n", "flush_all 0 noreply"),
    ("flush_all 10 noreply\r\n", "flush_all 10 noreply"),
    ("flush_all 10 20\r\n", "flush_all 10"),
    ("flush_all 2147483647\r\n", "flush_all 2147483647"),
    ("  flush_all  0 \r\n", "flush_all 0"),
    ("version\r\n", "version"),
    ("version\n", "version"),
    ("version x\r\n", "version"),
    (" verbosity 1\r\n", "verbosity 1"),
    (" shutdown\r\n", "shutdown immediate"),
    ("refresh_certs\r\n", "refresh_certs"),
    (" refresh_certs now\r\n", "refresh_certs"),
    ("refresh_cert\r\n", "refused unknownCommand"),
    ("refresh_certz\r\n", "refused unknownCommand"),
    ("quit\r\n", "quit"),
    ("quit x\r\n", "quit"),
    ("quit noreply\r\n", "quit"),
    ("verbosity 0\r\n", "verbosity 0"),
    ("verbosity 4294967295\r\n", "verbosity 4294967295"),
    ("verbosity 1 noreply\r\n", "verbosity 1 noreply"),
    ("verbosity 1 2\r\n", "verbosity 1"),
    ("verbosity 4294967296\r\n", "refused badCommandLine"),
    ("shutdown\r\n", "shutdown immediate"),
    ("shutdown graceful\r\n", "shutdown graceful"),
    ("shutdown x\r\n", "shutdown unknown"),
    ("shutdown graceful x\r\n", "shutdown unknown"),
    ("shutdown noreply\r\n", "shutdown unknown noreply"),
    ("shutdown graceful noreply\r\n", "shutdown unknown noreply"),
    ("stats\r\n", "stats []"),
    ("stats \r\n", "stats []"),
    ("stats items\r\n", "stats [items]"),
    ("replication peer host-b\r\n", "replication peer host-b"),
    ("replication  peer [::1]:11212 \n", "replication peer [::1]:11212"),
    ("replication peer none\r\n", "replication peer none"),
    ("replication\r\n", "refused replicationUsage"),
    ("replication peer\r\n", "refused replicationUsage"),
    ("replication peer a b\r\n", "refused replicationUsage"),
    ("replication pear a\r\n", "refused replicationUsage"),
    ("replicatiox peer a\r\n", "refused unknownCommand"),
    ("replicatios peer a\r\n", "refused unknownCommand"),
    (" replication peer a\r\n", "refused unknownCommand"),
    ("stats  cachedump 1 100\n", "stats [cachedump 1 100]"),
  ]

  @Test("reads flush_all, version, quit, verbosity, shutdown, replication and stats", arguments: table)
  func administration(_ line: String, _ reading: String) {
    expect(line, isReadAs: reading)
  }
}
