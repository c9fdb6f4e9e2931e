import Testing

@testable import CacheServer

@Suite("The help of -h")
struct FlagHelpTests {
  private let lines = Flag.help.split(separator: "\n").map(String.init)

  @Test("tells name, value, meaning, default and range of a flag") func flag() {
    #expect(Flag.help.contains("-t, --threads=<num>       number of threads to use (default: 4; 1 to 256)\n"))
    #expect(Flag.help.contains("    --disable-dumping     disable the commands that list keys\n"))
    #expect(Flag.help.contains("-p, --port=<num>          TCP port to listen on (default: 11211, 0: off)\n"))
  }

  @Test("begins a long name's meaning on a line of its own, and goes on under it") func wrapped() {
    #expect(
      Flag.help.contains(
        """
        -R, --max-reqs-per-event=<num>
                                  requests of one connection before the next one has
                                  its turn (default: 20; 1 to 1000000000)

        """))
  }

  @Test("lists the options under -o") func options() {
    #expect(
      Flag.help.contains(
        """
           - repl_wait=<ms>:      milliseconds to look for the peer of -x before
                                  serving as the master (default: 1000; 0 to 3600000)

        """))
    #expect(!Flag.help.contains("no_maxconns_fast"))
  }

  @Test("fits a terminal") func width() {
    for line in lines { #expect(line.count < 80, "\(line)") }
  }

  @Test("names each flag once") func unique() {
    #expect(Set(Flag.all.map(\.name)).count == Flag.all.count)
    let letters = Flag.all.compactMap(\.letter)
    #expect(Set(letters).count == letters.count)
  }
}
