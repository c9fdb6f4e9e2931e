import Testing

@Suite("A server more behind magent")
struct ProxyGrowthTests {
  let rig = Rig()

  @Test("With the list as it was for a backup, no key is missed on the way") func warmUp() throws {
    let servers = try (0..<3).map { _ in try rig.daemon("-m", "16", "-t", "1") }
    let before = try rig.magent(["-k"] + servers.prefix(2).flatMap { ["-s", "\($0.endpoint)"] })
    let old = try before.client()
    for number in 0..<300 { #expect(try old.store("set", "k\(number)", "v\(number)", flags: 7) == "STORED") }

    let after = try rig.magent(["-k"] + servers.flatMap { ["-s", "\($0.endpoint)"] } + ["-b", "\(before.endpoint)"])
    let new = try after.client()
    for number in 0..<300 {
      let item = try new.fetch("k\(number)")
      #expect(item?.text == "v\(number)" && item?.flags == 7, "k\(number)")
    }
    let moved = try servers[2].client()
    #expect(eventually { (Int((try? moved.statistic("curr_items")) ?? "") ?? 0) > 50 })
    #expect(try new.store("set", "k1", "new") == "STORED")
    #expect(try old.text(of: "k1") == "new", "who still uses the old list finds what is written by the new one")

    // The keys are where the new list has them: the old one can go.
    let alone = try rig.magent(["-k"] + servers.flatMap { ["-s", "\($0.endpoint)"] }).client()
    for number in 2..<300 { #expect(try alone.text(of: "k\(number)") == "v\(number)") }
  }
}
