import Testing

@testable import repcached_bench

/// What the eviction is for; each holds by a part of it, and does not without.
@Suite("What the model of the store keeps")
struct StoreModelPropertyTests {
  private static let capacity = 4000

  private func misses(_ load: any PolicyLoad, _ settings: String? = nil) throws -> [Double] {
    let parameters = try settings.map { try PolicyParameters($0) } ?? PolicyParameters()
    return load.run(
      StoreModel(parameters, capacity: Self.capacity, keyCount: load.keyCount), capacity: Self.capacity)
  }

  private func ahead(_ distance: Double, popular: Bool = false, stale: Bool = false) -> WrittenAheadLoad {
    WrittenAheadLoad(
      distance: distance, hasPopular: popular, isStaleBefore: stale, capacity: Self.capacity, seed: 1)
  }

  @Test("a cache that is only written keeps what came last; were the first old at once, it would keep none of it")
  func fill() throws {
    let load = FillLoad(capacity: Self.capacity)
    #expect(try misses(load)[0] <= 0.05)
    #expect(try misses(load, "oldAtFill=0.8,nearStep=0,farStep=0")[0] == 1)
  }

  @Test("what is written once and read once is there", arguments: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
  func writtenAhead(distance: Double) throws {
    #expect(try misses(ahead(distance))[0] <= 0.02)
  }

  @Test("so it is beside a popular set, which stays", arguments: [0.1, 0.3, 0.5, 0.7, 0.9])
  func popular(distance: Double) throws {
    let load = ahead(distance, popular: true)
    let kept = try misses(load)
    #expect(kept[0] <= 0.05 && kept[1] <= 0.062, "\(kept)")
    // What is read once would be old from then on, and push the popular out.
    #expect(try misses(load, "proof=1")[1] > 2 * kept[1])
  }

  @Test("a cache full of what is never asked for again makes room; with a fixed share of newcomers it does not")
  func stale() throws {
    let load = ahead(0.5, stale: true)
    #expect(try misses(load)[0] <= 0.1)
    #expect(try misses(load, "nearStep=0,farStep=0")[0] >= 0.9)
    #expect(try misses(load, "farStep=0")[0] >= 0.9)
  }

  @Test("newcomers that nobody asks for go in the order in which they came, while the old hand works, too")
  func order() throws {
    #expect(try partOutOfOrder("keepsOrder=1") == 0)
    #expect(try partOutOfOrder("keepsOrder=0") > 0.1)
  }

  /// Of those that nobody asks for and that are held, so many should be others that are newer. Beside every second one comes a
  /// key that is promoted. Counted now and then.
  private func partOutOfOrder(_ settings: String) throws -> Double {
    let (count, capacity) = (10_000, 1000)
    let cache = StoreModel(try PolicyParameters(settings), capacity: capacity, keyCount: 2 * count)
    var random = SplitMix(seed: 3)
    var (held, missing) = (0, 0)
    for number in 0..<count {
      cache.set(number)
      if random.unit() < 0.5 {
        cache.set(count + number)
        for _ in 0..<2 { _ = cache.get(count + number) }
      }
      if number < 3000 || !number.isMultiple(of: 500) { continue }
      let heldNow = (0...number).count(where: cache.holds)
      held += heldNow
      missing += (number - heldNow + 1...number).count { !cache.holds($0) }
    }
    return Double(missing) / Double(held)
  }
}
