import CacheServer
import Testing

@Suite("Settings checked together")
struct SettingsCheckTests {
  @Test(
    "refuse values that do not go together",
    arguments: [
      ([("-m", "1")], "-I must not be more than half of -m (1 megabytes)"),
      ([("-I", "33m")], "-I must not be more than half of -m (64 megabytes)"),
      ([("-I", "1k"), ("-n", "2000")], "-n must not be more than -I"),
      ([("-o", "slab_chunk_max=4"), ("-I", "2k")], "-o slab_chunk_max=4 must not be more than -I"),
      ([("-o", "slab_chunk_max=4"), ("-I", "1022k")], "-I must be a multiple of -o slab_chunk_max=4"),
      ([("-o", "slab_chunk_max=1")], "-I must not be more than 174k with -o slab_chunk_max=1"),
      ([("-o", "slab_chunk_max=2")], "-I must not be more than 858k with -o slab_chunk_max=2"),
      (
        [("-o", "slab_chunk_max=4"), ("-I", "4m")],
        "-I must not be more than 3764k with -o slab_chunk_max=4"
      ),
      (
        [("-o", "repl_legacy,repl_secret=/s")],
        "-o repl_legacy: a repcached 2.x cannot prove the secret of -o repl_secret"
      ),
      ([("-q", "3")], "-q must not be less than -t"),
      ([("-S", "")], "-S needs -Y: the file with the users and their passwords"),
      ([("-Y", "/u"), ("-U", "11211")], "-U does not go with -Y: a datagram cannot log in"),
      ([("-Y", "/u"), ("-B", "binary")], "-B binary with -Y needs -S: the login of the binary protocol"),
      (
        [("-Y", "/u"), ("-S", ""), ("-B", "ascii")], "-S is the login of the binary protocol, which -B ascii turns off"
      ),
      (
        [("-l", "proto[binary]:127.0.0.1")], "-l proto[…]: must be the protocol of -B: it is one for all addresses"
      ),
      ([("-x", "b"), ("-X", "0")], "-x names a peer, but -X 0 turns replication off"),
    ] as [([(String, String)], String)])
  func refused(flags: [(String, String)], line: String) throws {
    let settings = try Self.settings(flags)
    let error = #expect(throws: SettingsError.self) { try settings.checked() }
    #expect(error?.description == line)
  }

  @Test(
    "take values that do",
    arguments: [
      [("-m", "2")],
      [("-o", "slab_chunk_max=1"), ("-I", "174k")],
      [("-o", "slab_chunk_max=4")],
      [("-o", "slab_chunk_max=1024")],
      [("-I", "1024m"), ("-m", "2048")],
      [("-m", "1"), ("-I", "512k")],
      [("-p", "0"), ("-s", "/tmp/s")],
      [("-p", "0"), ("-U", "11311")],
      [("-p", "0"), ("-l", "127.0.0.1:11311")],
      [("-X", "0")],
      [("-x", "b"), ("-X", "11112:11113")],
      [("-Y", "/u"), ("-U", "0"), ("-B", "ascii")],
      [("-Y", "/u"), ("-S", "")],
      [("-Y", "/u"), ("-S", ""), ("-B", "binary")],
    ] as [[(String, String)]])
  func taken(flags: [(String, String)]) throws {
    let settings = try Self.settings(flags)
    #expect(try settings.checked() == settings)
  }

  @Test("tell whether a client can come in")
  func clients() throws {
    #expect(try Self.settings([("-p", "0")]).checked().admitsNoClient)
    #expect(try Self.settings([("-p", "0"), ("-l", "127.0.0.1")]).checked().admitsNoClient)
    for flag in [("-s", "/tmp/s"), ("-U", "11311"), ("-l", "127.0.0.1:11311")] {
      #expect(try !Self.settings([("-p", "0"), flag]).checked().admitsNoClient)
    }
  }

  @Test("-U tells the TCP port too, where there is no -p")
  func portOfDatagrams() throws {
    #expect(try Self.settings([("-U", "11311")]).checked().port == 11311)
    #expect(try Self.settings([("-U", "-1")]).checked().port == .any)
    #expect(try Self.settings([("-U", "0")]).checked().port == 11211)
    #expect(try Self.settings([("-U", "11311"), ("-p", "11211")]).checked().port == 11211)
    #expect(try Self.settings([("-U", "11311"), ("-p", "0"), ("-s", "/tmp/s")]).checked().port == 0)
  }

  private static func settings(_ flags: [(String, String)]) throws -> Settings {
    var settings = Settings()
    for (flag, text) in flags { try settings.set(flag, text) }
    return settings
  }
}
