import ItemStore
import Testing

@testable import ItemStore

@Suite("Counting")
struct ArithmeticTests {
  @Test("Counting up wraps at 64 bits, counting down stops at nothing, and digits come and go")
  func counting() throws {
    let store = try TestStore()
    store.store(bytes("n"), bytes("9"))
    #expect(store.increment(bytes("n"), by: 1) == .value(10))
    #expect(store.get(bytes("n"))?.value == bytes("10"))
    #expect(store.increment(bytes("n"), by: 3, isDecrement: true) == .value(7))
    #expect(store.get(bytes("n"))?.value == bytes("7"))
    #expect(store.increment(bytes("n"), by: 8, isDecrement: true) == .value(0))
    store.store(bytes("n"), bytes("18446744073709551615"))
    #expect(store.increment(bytes("n"), by: 2) == .value(1))
    store.store(bytes("n"), bytes("5  "))
    #expect(store.increment(bytes("n"), by: 2) == .value(7))
    #expect(store.increment(bytes("none"), by: 2) == .notFound)
    #expect(store.store.audit() == [])
  }

  @Test("What is no number is not counted, and stays", arguments: ["", "1x", "x", "18446744073709551616", "-1"])
  func nonNumeric(text: String) throws {
    let store = try TestStore()
    store.store(bytes("n"), bytes(text))
    #expect(store.increment(bytes("n"), by: 1) == .nonNumeric)
    #expect(store.get(bytes("n"))?.value == bytes(text))
  }

  @Test("What looks like a number to strtoull is one, however long", arguments: [" 1", "+1", "1 x", "1\t", "0"])
  func numeric(text: String) throws {
    let store = try TestStore()
    let start = text == "0" ? String(repeating: text, count: 5_000) + "1" : text
    for up in [true, false] {
      store.store(bytes("n"), bytes(start))
      #expect(store.increment(bytes("n"), by: 1, isDecrement: !up) == .value(up ? 2 : 0))
      #expect(store.get(bytes("n"))?.value == bytes(up ? "2" : "0"))
    }
    #expect(store.store.audit() == [])
  }

  @Test("A number that outgrows its chunk moves to a larger one", arguments: 1...40)
  func growth(keyCount: Int) throws {
    let store = try TestStore()
    let key = [UInt8](repeating: UInt8(ascii: "k"), count: keyCount)
    store.store(key, bytes("1"), flags: 4, expiresAt: 500)
    #expect(store.increment(key, by: 18_446_744_073_709_551_614) == .value(.max))
    let held = try #require(store.get(key))
    #expect(held.value == bytes("18446744073709551615") && held.flags == 4 && held.expiresAt == 500)
    #expect(store.store.audit() == [])
  }

  @Test("A number that finds no memory to grow stays as it was")
  func withoutMemory() throws {
    let store = try TestStore(megabytes: 1, refusesWhenFull: true)
    // Its chunk has space for one digit only, and so has every other of its class.
    let space = store.store.chunkSizes[1]
    let key = [UInt8](repeating: UInt8(ascii: "n"), count: space - ItemPointer.headerCount - 1)
    store.store(key, bytes("9"))
    // What is derived has eight bytes more, and another digit one: a class that is full.
    let filler = [UInt8](repeating: 65, count: space - ItemPointer.headerCount + 8)
    var number = 0
    while case .stored = store.store(bytes("\(number)"), filler) { number += 1 }
    let before = try #require(store.get(key))
    #expect(store.increment(key, by: 1) == .outOfMemory)
    #expect(store.get(key) == before)
    #expect(store.increment(key, by: 1, isDecrement: true) == .value(8))
    #expect(store.store.audit() == [])
  }
}

/// What memcached 1.6.45 answered to each of these was taken down beside it.
@Suite("A value that is counted")
struct StoredNumberTests {
  static let table: [(String, UInt64?)] = [
    ("0", 0), ("5", 5), ("007", 7), ("18446744073709551615", .max), (String(repeating: "0", count: 600) + "7", 7),
    (" 1", 1), ("\t1", 1), ("\n1", 1), ("\u{b}1", 1), ("\u{c}1", 1), ("\r1", 1), ("\r\n1", 1), ("  +1", 1),
    ("+5", 5), ("+18446744073709551615", .max), ("-0", 0), (" -0", 0), ("-18446744073709551615", 1),
    ("-9223372036854775809", UInt64(Int64.max)), ("1 ", 1), ("1\t", 1), ("1\r", 1), ("1\n", 1), ("1 2", 1), ("1 x", 1),
    ("1\0", 1), ("1\0x", 1),
    ("", nil), (" ", nil), ("\r\n", nil), ("\0", nil), ("\u{8}1", nil), ("\u{e}1", nil), ("x", nil), ("1x", nil),
    ("1,000", nil), ("1.5", nil), ("0x10", nil), ("+", nil), ("-", nil), ("- 1", nil), ("+-1", nil), ("--1", nil),
    ("-1", nil), ("-5", nil), ("-9223372036854775808", nil), ("18446744073709551616", nil),
    ("-18446744073709551616", nil), ("99999999999999999999999999", nil), ("١", nil),
  ]

  @Test("is what strtoull takes it for", arguments: table)
  func value(_ text: String, _ expected: UInt64?) {
    #expect(StoredNumber.value(of: bytes(text).span) == expected)
  }
}

@Suite("Decimal digits")
struct DecimalDigitsTests {
  @Test("They are those of the number", arguments: [0, 9, 10, 99, 100, 18_446_744_073_709_551_615, 1_000_000_007])
  func digits(number: UInt64) {
    let digits = DecimalDigits(number)
    let space = UnsafeMutableRawPointer.allocate(byteCount: 20, alignment: 1)
    defer { unsafe space.deallocate() }
    unsafe digits.write(to: space)
    let text = unsafe String(decoding: UnsafeRawBufferPointer(start: space, count: digits.count), as: UTF8.self)
    #expect(text == "\(number)")
  }

  @Test("An increment compares a cas, begins where there is nothing, and gives what it is told to")
  func conditions() throws {
    let store = try TestStore(expectsPeer: true)
    let journal = ListJournal()
    #expect(store.increment(bytes("n"), IncrementConditions(unique: 7)) == .notFound)
    let initial = IncrementConditions(unique: 7, initial: 40, initialExpiresAt: 150, expiresAt: 160, explicitCAS: 9)
    #expect(store.increment(bytes("n"), initial, journal: journal) == .created(40))
    let created = try #require(store.get(bytes("n")))
    #expect(created.value == bytes("40") && created.expiresAt == 150 && created.cas == 9 && created.version.isFresh)
    #expect(store.increment(bytes("n"), by: 2, IncrementConditions(unique: 7), journal: journal) == .exists)
    #expect(store.increment(bytes("n"), by: 2, IncrementConditions(unique: 0), journal: journal) == .value(42))
    let held = try #require(store.get(bytes("n")))
    #expect(held.cas == held.stamp.rawValue && held.expiresAt == 150)
    let next = IncrementConditions(unique: held.cas, initial: 1, expiresAt: 170, explicitCAS: 5)
    #expect(store.increment(bytes("n"), by: 1, next, journal: journal) == .value(43))
    let last = try #require(store.get(bytes("n")))
    #expect(last.cas == 5 && last.expiresAt == 170 && last.version == held.version.changed(at: last.stamp))
    #expect(journal.items.map(\.value) == [bytes("40"), bytes("42"), bytes("43")] && journal.depth == 0)
    #expect(store.store.audit() == [])
  }

  @Test("What can be no number is told before a wrong cas")
  func order() throws {
    let store = try TestStore()
    store.store(bytes("empty"), [])
    store.store(bytes("text"), bytes("x"))
    #expect(store.increment(bytes("empty"), IncrementConditions(unique: 7)) == .nonNumeric)
    #expect(store.increment(bytes("text"), IncrementConditions(unique: 7)) == .exists)
    #expect(store.increment(bytes("text"), IncrementConditions()) == .nonNumeric)
  }

  @Test("Marks stay with a number that is no longer, and it has not been read by being counted")
  func marks() throws {
    let store = try TestStore()
    store.store(bytes("n"), bytes("8"), .set, StoreConditions(explicitCAS: 3))
    store.delete(bytes("n"), DeleteConditions(marksStale: true))
    store.increment(bytes("n"), by: 1)
    let held = try #require(store.getAny(bytes("n")))
    #expect(held.marks == ItemMarks(isStale: true) && !held.wasFetched && held.cas == held.stamp.rawValue)
    store.increment(bytes("n"), by: 1)
    #expect(store.getAny(bytes("n"))?.marks == ItemMarks.none)
    #expect(store.store.audit() == [])
  }
}
