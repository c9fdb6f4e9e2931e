import Testing

@testable import repcached_bench

/// Of ten objects one may always be a newcomer, and each eviction is a tick. There is room for ghosts of all.
@Suite("The model of the store")
struct StoreModelTests {
  private let cache: StoreModel

  init() throws { cache = StoreModel(try PolicyParameters("slots=64"), capacity: 10, keyCount: 100) }

  @Test("of what is only written the oldest goes")
  func written() {
    cache.set(0..<14)
    #expect(cache.held(0..<100) == Array(4..<14))
    #expect(cache.newcomerCount == 10)
  }

  @Test("a newcomer that was asked for twice is old when the hand comes by, and the others pass by it")
  func promotion() {
    cache.set(0..<10)
    #expect(cache.get(0) && cache.get(0) && cache.get(1))
    cache.set(10)
    #expect(cache.held(0..<100) == [0] + Array(2...10) && cache.newcomerCount == 9)
    cache.set(11..<60)
    #expect(cache.held(0..<60) == [0] + Array(51..<60))
  }

  @Test("to be asked for when it was not there counts for what is set then")
  func missed() {
    #expect(!cache.get(0))
    cache.set(0..<10)
    #expect(cache.get(0) && cache.get(1))
    cache.set(10)
    #expect(cache.held(0..<100) == [0] + Array(2...10) && cache.newcomerCount == 9)
  }

  /// All ten are asked for twice; then come 10, 11, ….
  private func fillUsed(andWrite count: Int) {
    cache.set(0..<10)
    for key in 0..<10 { #expect(cache.get(key) && cache.get(key)) }
    cache.set(10..<10 + count)
  }

  @Test("the old hand's place goes to the item promoted last, whose place is the newcomer's")
  func exchange() {
    fillUsed(andWrite: 1)
    #expect(cache.held(0..<100) == Array(1...10) && cache.keys[0] == 8 && cache.keys[8] == 10)
    cache.set(11)
    #expect(cache.held(0..<100) == Array(2...11) && cache.keys[1] == 9 && cache.keys[9] == 11)
    // Two newcomers are one too many: they go in the order in which they came.
    cache.set(12)
    #expect(cache.held(0..<100) == Array(2...9) + [11, 12])
    cache.set(13)
    #expect(cache.held(0..<100) == Array(2...9) + [12, 13])
  }

  @Test("a refault is counted once: near, a newcomer's grants one more and an old item's takes two back")
  func near() {
    fillUsed(andWrite: 4)
    #expect(!cache.get(10) && cache.granted == 1)
    #expect(!cache.get(10) && cache.granted == 1)
    #expect(!cache.get(11) && cache.granted == 2)
    // Three newcomers are allowed now: an old one goes.
    cache.set(14)
    #expect(cache.held(0..<100) == Array(3...9) + [12, 13, 14] && cache.newcomerCount == 3)
    #expect(!cache.get(2) && cache.granted == 0)
  }

  @Test("a newcomer that comes back is old at once and unused; an old item begins anew, and was asked for if it was")
  func returning() {
    fillUsed(andWrite: 3)
    #expect(cache.newcomerCount == 2)
    #expect(!cache.get(10))
    cache.set(10)
    let slot = Int(cache.slots[10])
    #expect(!cache.isNewcomer[slot] && cache.newcomerCount == 2 && cache.uses[slot] == 0 && cache.granted == 1)
    #expect(!cache.get(1))
    cache.set(1)
    #expect(cache.isNewcomer[Int(cache.slots[1])] && cache.uses[Int(cache.slots[1])] == 1)
    cache.set(0)
    #expect(cache.uses[Int(cache.slots[0])] == 0)
  }

  @Test(
    "far, a newcomer's refault grants two more where no old item was used, and none where one was",
    arguments: [false, true])
  func far(isOldUsed: Bool) {
    cache.set(0..<10)
    #expect(cache.get(0) && cache.get(0))
    cache.set(10)
    if isOldUsed { #expect(cache.get(0)) }
    cache.set(11..<17)
    #expect(!cache.get(1) && cache.granted == (isOldUsed ? 0 : 2))
  }

  @Test("far, an old item's refault takes four back where no newcomer has proven itself", arguments: [false, true])
  func farOld(isNewcomerUsed: Bool) {
    fillUsed(andWrite: 2)
    cache.set(12..<24)
    for key in 14..<22 { #expect(!cache.get(key)) }
    #expect(cache.granted == 9)
    // Of the old go six.
    cache.set(24..<30)
    if isNewcomerUsed { #expect(cache.get(29) && cache.get(29)) }
    #expect(!cache.get(2) && cache.granted == (isNewcomerUsed ? 9 : 5))
  }

  @Test("more than all are never granted")
  func limit() {
    cache.set(0..<40)
    for key in 20..<30 { #expect(!cache.get(key)) }
    #expect(cache.granted == 9)
  }
}
