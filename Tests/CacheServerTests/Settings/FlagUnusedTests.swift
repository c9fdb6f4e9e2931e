import Foundation
import Testing

@testable import CacheServer

@Suite("memcached's flags")
struct FlagUnusedTests {
  private static let taken = Flag.all + Flag.unused
  /// The rows of those that are taken and change nothing.
  private static let withoutMeaning = Flag.unused.indices.filter {
    if case .refuse = Flag.unused[$0].effect { return false }
    return true
  }

  @Test("are all taken, by letter and by long name") func flags() {
    for name in MemcachedFlags.longNames {
      #expect(Flag.named("--\(name)") != nil, "--\(name)")
    }
    for letter in MemcachedFlags.letters {
      #expect(Flag.named("-\(letter)") != nil, "-\(letter)")
    }
  }

  @Test("are all taken, by their names among those of -o") func options() {
    let names = Set(Self.taken.filter(\.isOption).map(\.name))
    #expect(Set(MemcachedFlags.options).subtracting(names) == [])
  }

  @Test("are named once, and none is both defined and without a meaning") func unique() {
    #expect(Set(Self.taken.map(\.called)).count == Self.taken.count)
    let names = Set(MemcachedFlags.longNames + MemcachedFlags.options)
    for flag in Flag.unused { #expect(names.contains(flag.name), "\(flag.called) is none of memcached's") }
  }

  @Test("without a meaning say so, change nothing, and say it once", arguments: withoutMeaning)
  func noMeaning(row: Int) throws {
    let flag = Flag.unused[row]
    let value = try #require(Self.goodValue(for: flag), "no value suits \(flag.called)")
    var settings = Settings()
    for _ in 0..<2 { try flag.apply(value, to: &settings) }
    #expect(settings.notes.count == 1 && settings.notes[0].hasPrefix("\(flag.called) has no meaning here: "))
    settings.notes = []
    #expect(settings == Settings())
  }

  @Test("without a meaning are refused a value that memcached refuses", arguments: withoutMeaning)
  func badValue(row: Int) {
    let flag = Flag.unused[row]
    let text = flag.name == "resp_obj_mem_limit" ? "a\0" : flag.argument == nil ? "=1" : ""
    var settings = Settings()
    let name = flag.isOption ? "-o" : flag.called
    let value = flag.isOption ? flag.name + (flag.argument == nil ? text : "=\(text)") : text
    #expect(throws: SettingsError.self, "\(flag.called)") { try settings.set(name, value) }
  }

  @Test(
    "without a meaning are judged by their form",
    arguments: [
      ("slab_sizes=100-200-400", true), ("slab_sizes=100-109", true), ("slab_sizes=x", false),
      ("slab_sizes=300-200", false), ("slab_sizes=100-108", false), ("slab_sizes=-", false),
      ("ext_path=/x:5G", true), ("ext_path=/x:64m:old", true), ("ext_path=/x", false), ("ext_path=/x:5", false),
      ("ext_path=:5g", false), ("ext_path=/x:0g", false), ("ext_path=/x:5g:new", false),
    ])
  func form(option: String, isTaken: Bool) {
    var settings = Settings()
    let hasTaken = (try? settings.set("-o", option)) != nil
    #expect(hasTaken == isTaken)
  }

  /// The first that it takes.
  static func goodValue(for flag: Flag) -> String? {
    ["1", "10", "jenkins", "/x:5G"].first { value in
      var settings = Settings()
      return (try? flag.apply(value, to: &settings)) != nil
    }
  }

  @Test(
    "that cannot be had are refused, in one line that says what there is instead",
    arguments: [
      (["-e", "/mnt/ram"], "-e: items are kept in no file; a peer keeps them over a restart: -x, and \"Pairing\" in"),
      (["--memory-file=/mnt/ram"], "-e: items are kept in no file"),
      (["-o", "modern,proxy_config=routelib"], "-o proxy_config: this is a cache and no proxy"),
    ])
  func refused(arguments: [String], start: String) {
    let error = #expect(throws: SettingsError.self) { try CommandLineReader.read(arguments) }
    #expect(error?.description.hasPrefix(start) == true, "\(error?.description ?? "none")")
  }

  @Test("no_modern is what it says, and what has a meaning in it keeps that") func noModern() throws {
    var settings = Settings()
    try settings.set("-o", "maxconns_fast,no_modern")
    #expect(!settings.refusesExcessConnections && settings.automoveLevel == 0 && settings.maxChunkSize == 1 << 20)
    try settings.set("-o", "slab_automove,slab_chunk_max=4,no_modern,slab_automove=2")
    #expect(settings.automoveLevel == 2 && settings.maxChunkSize == 4096)
    try settings.set("-o", "slab_automove")
    #expect(settings.automoveLevel == 1)
    #expect(throws: SettingsError.self) { try settings.set("-o", "slab_automove=3") }
  }

  @Test("begin a server with the level of slabs automove that they name") func automove() throws {
    let rig = try WorkerRig { $0.automoveLevel = 0 }
    #expect(try rig.client().values("settings")["slab_automove"] == "0")
  }
}
