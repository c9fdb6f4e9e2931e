import MemcacheProtocol
import Testing

@Suite("The text parser, slabs")
struct TextParserSlabsTests {
  /// Each line was asked of memcached 1.6.45, and is read as its answer says.
  static let table: [(line: String, reading: String)] = [
    ("slabs\r\n", "refused unknownCommand"),
    ("slabs \r\n", "refused unknownCommand"),
    ("slabs reassign\r\n", "refused unknownCommand"),
    ("slabs reassign 1\r\n", "refused unknownCommand"),
    ("slabs reassign 1 2 3\r\n", "refused unknownCommand"),
    ("slabs reassign a b\r\n", "refused badCommandLine"),
    ("slabs reassign 1 b\r\n", "refused badCommandLine"),
    ("slabs reassign 1 2\r\n", "slabs reassign 1 2"),
    ("slabs reassign 31 31\r\n", "slabs reassign 31 31"),
    ("slabs reassign 99 99\r\n", "slabs reassign 99 99"),
    ("slabs reassign -1 5\r\n", "slabs reassign -1 5"),
    ("slabs reassign -1 -1\r\n", "slabs reassign -1 -1"),
    ("slabs reassign -2 5\r\n", "slabs reassign -2 5"),
    ("slabs reassign 5 -1\r\n", "slabs reassign 5 -1"),
    ("slabs reassign 99 1\r\n", "slabs reassign 99 1"),
    ("slabs reassign 31 99\r\n", "slabs reassign 31 99"),
    ("slabs reassign 0 31\r\n", "slabs reassign 0 31"),
    ("slabs reassign 31 0\r\n", "slabs reassign 31 0"),
    ("slabs reassign 0 0\r\n", "slabs reassign 0 0"),
    ("slabs reassign +1 2\r\n", "refused badCommandLine"),
    ("slabs reassign 1x 2\r\n", "refused badCommandLine"),
    ("slabs reassign 99999999999 2\r\n", "refused badCommandLine"),
    ("slabs reassign 2147483648 2\r\n", "refused badCommandLine"),
    ("slabs reassign 2147483647 2\r\n", "slabs reassign 2147483647 2"),
    ("slabs reassign -2147483648 2\r\n", "slabs reassign -2147483648 2"),
    ("slabs reassign 01 2\r\n", "slabs reassign 1 2"),
    ("slabs reassign 4294967296 2\r\n", "refused badCommandLine"),
    ("slabs reassign  1   2  \r\n", "slabs reassign 1 2"),
    (" slabs reassign 1 2\r\n", "slabs reassign 1 2"),
    ("slabs reassign 1 2 noreply\r\n", "refused unknownCommand silenced"),
    ("slabs reassign 1 noreply\r\n", "refused badCommandLine silenced"),
    ("slabs r 1 2\r\n", "slabs reassign 1 2"),
    ("slabs re 1 2\r\n", "slabs reassign 1 2"),
    ("slabs reassignx 1 2\r\n", "refused unknownCommand"),
    ("slabs xreassign 1 2\r\n", "refused unknownCommand"),
    ("slabs automove\r\n", "refused unknownCommand"),
    ("slabs automove 0\r\n", "slabs automove 0"),
    ("slabs automove 1\r\n", "slabs automove 1"),
    ("slabs automove 2\r\n", "slabs automove 2"),
    ("slabs automove 3\r\n", "refused unknownCommand"),
    ("slabs automove 5\r\n", "refused unknownCommand"),
    ("slabs automove -1\r\n", "refused badCommandLine"),
    ("slabs automove x\r\n", "refused badCommandLine"),
    ("slabs automove 1x\r\n", "refused badCommandLine"),
    ("slabs automove +1\r\n", "refused badCommandLine"),
    ("slabs automove 01\r\n", "slabs automove 1"),
    ("slabs automove 4294967296\r\n", "refused badCommandLine"),
    ("slabs automove 99999999999999999999999\r\n", "refused badCommandLine"),
    ("slabs automove 1 2\r\n", "slabs automove 1"),
    ("slabs automove 1 2 3\r\n", "slabs automove 1"),
    ("slabs automove 1 noreply\r\n", "slabs automove 1 noreply"),
    ("slabs automove 0 noreply\r\n", "slabs automove 0 noreply"),
    ("slabs auto 1\r\n", "slabs automove 1"),
    ("slabs a 1\r\n", "slabs automove 1"),
    ("slabs automovex 1\r\n", "refused unknownCommand"),
    ("slabs automove freeratio 0.1\r\n", "slabs tune"),
    ("slabs automove freeratio\r\n", "refused unknownCommand"),
    ("slabs automove freeratio x\r\n", "refused unknownCommand"),
    ("slabs automove freeratio 0.1x\r\n", "refused unknownCommand"),
    ("slabs automove freeratio 5\r\n", "slabs tune"),
    ("slabs automove freeratio -5\r\n", "slabs tune"),
    ("slabs automove freeratio 1e3\r\n", "slabs tune"),
    ("slabs automove freeratio .5\r\n", "slabs tune"),
    ("slabs automove freeratio inf\r\n", "slabs tune"),
    ("slabs automove freeratio nan\r\n", "slabs tune"),
    ("slabs automove freeratio 0x10\r\n", "slabs tune"),
    ("slabs automove free 0.1\r\n", "slabs tune"),
    ("slabs automove f 0.1\r\n", "slabs tune"),
    ("slabs automove ratio 0.8\r\n", "slabs tune"),
    ("slabs automove r 0.8\r\n", "slabs tune"),
    ("slabs automove ratio\r\n", "refused unknownCommand"),
    ("slabs automove ratio x\r\n", "refused unknownCommand"),
    ("slabs automove window 30\r\n", "slabs tune"),
    ("slabs automove window 2\r\n", "refused automoveWindow"),
    ("slabs automove window 1801\r\n", "refused automoveWindow"),
    ("slabs automove window 3\r\n", "slabs tune"),
    ("slabs automove window x\r\n", "refused badCommandLine"),
    ("slabs automove window\r\n", "refused badCommandLine"),
    ("slabs automove w 30\r\n", "slabs tune"),
    ("slabs automove window 30 5\r\n", "slabs tune"),
    ("slabs automove ratio 0.8 5\r\n", "slabs tune"),
    ("slabs foo\r\n", "refused unknownCommand"),
    ("slabs foo 1 2\r\n", "refused unknownCommand"),
    ("slabs noreply\r\n", "refused unknownCommand silenced"),
    ("slabs  automove  1\r\n", "slabs automove 1"),
    ("SLABS automove 1\r\n", "refused unknownCommand"),
    ("slabsx automove 1\r\n", "refused unknownCommand"),
  ]

  @Test(
    "reads reassign and automove, as far as they are written out, and refuses the rest as memcached does",
    arguments: table)
  func slabs(_ line: String, _ reading: String) {
    expect(line, isReadAs: reading)
  }

  @Test("answers reassign as memcached does")
  func answers() {
    let lines: [ReassignAnswer: String] = [
      .begun: "OK\r\n", .busy: "BUSY currently processing reassign request\r\n",
      .badClass: "BADCLASS invalid src or dst class id\r\n",
      .noSpare: "NOSPARE source class has no spare pages\r\n", .same: "SAME src and dst class are identical\r\n",
    ]
    for answer in ReassignAnswer.allCases { #expect("\(answer.line)" == lines[answer]) }
  }
}
