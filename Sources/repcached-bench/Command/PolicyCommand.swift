import ArgumentParser
import Platform

struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Tell what the eviction of repcached misses beside LRU, S3-FIFO and ARC, by models of them.",
    discussion: """
      Needs no server. Each load is run at several sizes of the cache; what counts is how many percent more repcached \
      misses than the better of S3-FIFO and ARC. The same seed gives the same figures.

      Example: repcached-bench policy --only scans --set nearStep=2 --set oldStep=4,candidates=8
      """)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A further column, with other parameters than the store's: any of \(PolicyParameters.names.joined(separator: ", ")).",
      valueName: "name=value,..."))
  var set: [String] = []

  @Option(name: .long, help: ArgumentHelp("Only loads whose names have this in them.", valueName: "text"))
  var only = ""

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Instead of the synthetic loads a trace: a 32-bit little-endian number a request.", valueName: "file"))
  var trace: String?

  @Option(
    name: .long,
    help: ArgumentHelp("How many objects fit; of a trace 1, 5, 15 and 30 % if not given.", valueName: "number,..."))
  var objects: String?

  @Option(name: .long, help: ArgumentHelp("Seed of the synthetic loads.", valueName: "number"))
  var seed: UInt64 = 1

  mutating func validate() throws {
    _ = try parameters()
    _ = try capacities()
    guard objects == nil || trace != nil else { throw ValidationError("--objects: only with --trace") }
    guard !(try loads()).isEmpty else { throw ValidationError("--only: no load's name has '\(only)' in it") }
  }

  func run() throws {
    let parameters = try parameters()
    var table = PolicyTable(columnCount: parameters.count)
    print(table.header)
    PolicyRun(loads: try loads(), parameters: parameters).run { print(table.add($0)) }
    for line in table.summary { print(line) }
    for (number, settings) in set.enumerated() { print("set \(number + 1): \(settings)") }
  }

  /// The store's, then a set for each column asked for.
  func parameters() throws -> [PolicyParameters] {
    do { return [PolicyParameters()] + (try set.map { try PolicyParameters($0) }) } catch {
      throw ValidationError("--set: \(error)")
    }
  }

  func capacities() throws -> [Int]? {
    guard let objects else { return nil }
    return try objects.split(separator: ",", omittingEmptySubsequences: false).map {
      guard let number = Int($0), (1...100_000_000).contains(number) else {
        throw ValidationError("--objects: numbers like 600,6000, each 1 or more")
      }
      return number
    }
  }

  func loads() throws -> [any PolicyLoad] {
    guard let trace else { return SyntheticLoads.all(seed: seed).filter { only.isEmpty || $0.name.contains(only) } }
    do {
      let name = String(trace.split(separator: "/").last ?? "")
      return [SequenceLoad(name, trace: try RecordedTrace.read(trace), capacities: try capacities())]
    } catch { throw ValidationError("--trace: \(trace): \(error)") }
  }
}
