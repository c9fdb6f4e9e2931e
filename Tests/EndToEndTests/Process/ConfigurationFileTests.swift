import Foundation
import Testing

@Suite("--config", .enabled(if: Executable.isRepcached, "memcached reads no file"))
struct ConfigurationFileTests {
  let rig = Rig()

  private func write(_ text: String, to path: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test("A daemon is what its file and its command line say, and -v says what has no meaning") func start() throws {
    let file = try rig.folder().file("repcached.conf")
    try write("# a comment\n-m 32\n-t 2 # two\n-X 0\nlogfile /var/log/x\n-o hot_lru_pct=20\n-c 99\n", to: file)
    let daemon = try rig.daemon(["--config", file, "-c", "88", "-X", "0"])
    let told = try daemon.client().statistics("settings")
    for (name, value) in ["maxbytes": "\(32 << 20)", "num_threads": "2", "maxconns": "88"] {
      #expect(told.first { $0.name == name }?.value == value, "\(name)")
    }
    let notes = [
      "repcached: logfile has no meaning here: the log goes to standard error",
      "repcached: -o hot_lru_pct has no meaning here: there are no LRU lists",
    ]
    #expect(daemon.logs(inOrder: notes), "\(daemon.log)")
    let port = try FreePorts.next()
    let quiet = try rig.launch(
      exactly: ["--config", file, "-l", "127.0.0.1", "-p", "\(port)"], endpoint: .local(port))
    #expect(quiet.becomesReady() && quiet.log.isEmpty, "\(quiet.log)")
  }

  @Test("A mistake is told with its file and line, and status 64") func mistake() throws {
    let file = try rig.folder().file("repcached.conf")
    try write("-m 64\n\n-p http\n", to: file)
    let run = try Run.asUser(["--config", file])
    #expect(run.ending == .exited(64) && run.errors == "repcached: \(file):3: -p takes a port, not 'http'\n", "\(run)")
    let missing = try Run.asUser(["--config", file + ".none"])
    #expect(missing.isRefusal && missing.ending == .exited(64), "\(missing)")
  }

  @Test("SIGHUP takes another peer from a changed file, and leaves all as it is where there is a mistake")
  func anotherPeer() throws {
    let file = try rig.folder().file("repcached.conf")
    let (listen, portB, portC) = (try FreePorts.next(), try FreePorts.next(), try FreePorts.next())
    let b = try rig.daemon(["-X", "\(portB)"])
    let c = try rig.daemon(["-X", "\(portC)"])
    try write("-x 127.0.0.1\n-X \(listen):\(portB)\n", to: file)
    let port = try FreePorts.next()
    let a = try rig.launch(
      exactly: ["--config", file, "-l", "127.0.0.1", "-p", "\(port)", "-v"], endpoint: .local(port))
    #expect(a.becomesReady())
    try b.mustStream()
    let client = try a.client()
    _ = try client.store("set", "k", "1")
    try write("-x 127.0.0.1\n-X \(listen):nonsense\n", to: file)
    Kernel.signal(a.pid, SIGHUP)
    let told =
      "repcached: SIGHUP: \(file):2: -X takes a port or listen:connect, not '\(listen):nonsense'; nothing is changed"
    #expect(a.logs(told), "\(a.log)")
    try write("-x 127.0.0.1\n-X \(listen):\(portC)\n-m 128\n", to: file)
    Kernel.signal(a.pid, SIGHUP)
    try c.mustStream()
    #expect(a.logs("repcached: SIGHUP: the peer is 127.0.0.1, port \(portC)"), "\(a.log)")
    #expect(a.hasLogged("repcached: SIGHUP: what has changed beside the peer waits for the next start"))
    let clientOfC = try c.client()
    #expect(try settled(on: "1") { try clientOfC.text(of: "k") } == "1")
    // What a client has said stays, as long as the file says what it said.
    #expect(try client.command("replication peer 127.0.0.1:\(portB)") == "OK")
    try b.mustStream(times: 2)
    Kernel.signal(a.pid, SIGHUP)
    #expect(a.logs("repcached: SIGHUP: the peer is the same"), "\(a.log)")
    #expect(try settled(on: "127.0.0.1:\(portB)") { try client.linkStatistic("wanted_peer") } == "127.0.0.1:\(portB)")
  }

  @Test("A file that would be of memory is refused with the way to keep a cache") func memoryFile() throws {
    let run = try Run.asUser(["-e", "/mnt/ram/cache"])
    #expect(run.isRefusal && run.ending == .exited(64) && run.errors.contains("-x") && run.errors.contains("Pairing"))
  }
}
