import Testing

@testable import KeyDistribution

/// Keys are where the real clients and proxies put them. Every file of Vectors is looked at, and each names its distribution.
struct VectorTests {
  @Test("each file has a distribution, and each distribution a file") func eachFileHasADistribution() {
    let plain = Vectors.names.filter { !$0.hasPrefix("failover-") }
    #expect(plain.count == 53 + 19)
    #expect(plain.allSatisfy { VectorRules.map(of: $0) != nil || VectorRules.withBackups[$0] != nil })
    #expect(Set(plain.map(VectorRules.base)).isSuperset(of: VectorRules.rules.map { $0.0 }))
  }

  @Test(
    "a key is where the program put it",
    arguments: Vectors.names.filter { VectorRules.withBackups[$0] == nil && !$0.hasPrefix("failover-") })
  func aKeyIsWhereThe(_ name: String) throws {
    let map = try #require(VectorRules.map(of: name))
    let rows = try Vectors(name).rows
    #expect(rows.count == 300)
    // What the client refused is nowhere.
    #expect(rows.contains { $0.cells[0] != "-" })
    for (key, cells) in rows where cells[0] != "-" { #expect(map.server(key).map(String.init) == cells[0], "\(key)") }
  }

  @Test("magent's backup is found as its main is", arguments: VectorRules.withBackups.keys.sorted())
  func magentsBackupIsFoundAs(_ name: String) throws {
    let rule = try #require(VectorRules.withBackups[name])
    let mains = KeyMap(Server.local(21211...21213), rule)
    let backups = KeyMap(Server.local(21214...21215), rule)
    let rows = try Vectors(name).rows
    #expect(rows.count == 300)
    for (key, cells) in rows {
      let main = try #require(mains.server(key))
      let backup = try #require(backups.server(key))
      #expect("\(main)|\(backup + 3)" == cells[0], "\(key)")
    }
  }

  @Test(
    "where a server is dead its keys go where the program sent them",
    arguments: Vectors.names.filter { VectorRules.columns(of: $0) >= 3 })
  func whereAServerIsDead(_ name: String) throws {
    let living = try #require(VectorRules.map(of: name))
    let rows = try Vectors(name).rows
    #expect(rows.count == 300)
    for dead in 0..<3 {
      var map = living
      map.mark(dead, isDead: true)
      for (key, cells) in rows where !cells.allSatisfy({ $0 == "-" }) {
        #expect(
          map.server(key).map(String.init) ?? "-" == cells.suffix(3)[cells.count - 3 + dead], "\(key) without \(dead)")
      }
    }
  }
}
