import CacheServer
import Testing

@Suite("Settings checked together")
struct SettingsCheckTests {
  @Test(
    "refuse values that do not go together",
    arguments: [
      ([(.memoryLimit, "1")], "-I must not be more than half of -m (1 megabytes)"),
      ([(.maxItemSize, "33m")], "-I must not be more than half of -m (64 megabytes)"),
      ([(.maxItemSize, "1k"), (.smallestChunk, "2000")], "-n must not be more than -I"),
      ([(.options, "slab_chunk_max=4"), (.maxItemSize, "2k")], "-o slab_chunk_max=4 must not be more than -I"),
      ([(.options, "slab_chunk_max=4"), (.maxItemSize, "1022k")], "-I must be a multiple of -o slab_chunk_max=4"),
      ([(.options, "slab_chunk_max=1")], "-I must not be more than 176k with -o slab_chunk_max=1"),
      ([(.options, "slab_chunk_max=2")], "-I must not be more than 862k with -o slab_chunk_max=2"),
      (
        [(.options, "slab_chunk_max=4"), (.maxItemSize, "4m")],
        "-I must not be more than 3772k with -o slab_chunk_max=4"
      ),
      ([(.port, "0")], "-p 0 leaves clients no way in: give -s, or -l with a port"),
      ([(.port, "0"), (.listen, "127.0.0.1")], "-p 0 leaves clients no way in: give -s, or -l with a port"),
      (
        [(.options, "repl_legacy,repl_secret=/s")],
        "-o repl_legacy: a repcached 2.x cannot prove the secret of -o repl_secret"
      ),
      ([(.queueRecords, "3")], "-q must not be less than -t"),
      ([(.peer, "b"), (.peerPorts, "0")], "-x names a peer, but -X 0 turns replication off"),
    ] as [([(Settings.Flag, String)], String)])
  func refused(flags: [(Settings.Flag, String)], line: String) throws {
    let settings = try Self.settings(flags)
    let error = #expect(throws: SettingsError.self) { try settings.checked() }
    #expect(error?.description == line)
  }

  @Test(
    "take values that do",
    arguments: [
      [(.memoryLimit, "2")],
      [(.options, "slab_chunk_max=1"), (.maxItemSize, "176k")],
      [(.options, "slab_chunk_max=4")],
      [(.options, "slab_chunk_max=1024")],
      [(.maxItemSize, "1024m"), (.memoryLimit, "2048")],
      [(.memoryLimit, "1"), (.maxItemSize, "512k")],
      [(.port, "0"), (.unixSocket, "/tmp/s")],
      [(.port, "0"), (.listen, "127.0.0.1:11311")],
      [(.peerPorts, "0")],
      [(.peer, "b"), (.peerPorts, "11112:11113")],
    ] as [[(Settings.Flag, String)]])
  func taken(flags: [(Settings.Flag, String)]) throws {
    let settings = try Self.settings(flags)
    #expect(try settings.checked() == settings)
  }

  private static func settings(_ flags: [(Settings.Flag, String)]) throws -> Settings {
    var settings = Settings()
    for (flag, text) in flags { try settings.set(flag, text) }
    return settings
  }
}
