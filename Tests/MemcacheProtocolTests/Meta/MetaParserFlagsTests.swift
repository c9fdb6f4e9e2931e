import MemcacheProtocol
import Testing

@Suite("The flags of the meta commands")
struct MetaParserFlagsTests {
  static let arguments: [(flags: String, reading: String)] = [
    ("T30", " T30"), ("T-1", " T-1"), ("T-", ""), ("N0", ""), ("T30 N60", " T30 N60"), ("N60 T30", " T30 N60 overN"),
    ("R30 T10", " T10 R30"), ("T10 R30", " T10 R30 first"),
    ("C5", " C5"), ("C18446744073709551615", " C18446744073709551615"), ("E7", " E7"),
    ("F4294967295", " F4294967295"), ("D0", " D0"), ("D18446744073709551615", " D18446744073709551615"),
    ("J13", " J13"),
    ("MI", ""), ("M+", ""), ("MINCR", ""), ("I x L P vivid quick", ""),
  ]

  @Test("have their arguments read, and are kept in their order", arguments: arguments)
  func read(_ flags: String, _ reading: String) {
    #expect(metaReading(of: "ma k \(flags)\r\n") == "arithmetic k \(flags)\(reading)")
  }

  static let faults: [(flags: String, fault: String)] = [
    ("v v", "duplicateFlag"), ("T1 T1", "duplicateFlag"), ("S", "invalidFlag"), ("9", "invalidFlag"),
    ("[", "invalidFlag"), ("z", "invalidFlag"), ("!", "badCommandLine"), ("@", "badCommandLine"),
    ("{", "badCommandLine"), ("\u{e9}", "badCommandLine"), (":", "badCommandLine"),
    ("T", "badToken"), ("Tx", "badToken"), ("T123456789012", "badToken"), ("T2147483648", "badToken"),
    ("N", "badToken"), ("R1x", "badToken"), ("C", "badToken"), ("C-1", "badToken"),
    ("C18446744073709551616", "badToken"), ("Ex", "badToken"), ("Dx", "invalidDeltaValue"),
    ("J", "invalidInitialValue"),
    ("F", "badCommandLine"), ("F4294967296", "badCommandLine"), ("Fx Tx", "badToken"), ("Tx Fx", "badToken"),
    ("Tx Jx", "invalidInitialValue"), ("Tx v v", "duplicateFlag"), ("Tx S", "invalidFlag"), ("b", "errorDecodingKey"),
    ("b Tx", "badToken"), ("Tx b", "errorDecodingKey"), ("b b", "duplicateFlag"),
  ]

  @Test("have their last fault told, but the first that is unknown or there twice", arguments: faults)
  func fault(_ flags: String, _ fault: String) {
    #expect(metaReading(of: "mg k \(flags)\r\n") == "refused \(fault)")
    let ofArithmetic = fault == "badCommandLine" && !flags.hasPrefix("F") ? fault : "invalidOrDuplicateFlag"
    #expect(metaReading(of: "ma k \(flags)\r\n") == "refused \(ofArithmetic)")
    let swallow = fault == "badCommandLine" && !flags.hasPrefix("F") ? "" : " swallow 5"
    #expect(metaReading(of: "ms k 3 \(flags)\r\n") == "refused \(fault)\(swallow)")
  }

  @Test("choose how ms stores")
  func storeModes() {
    let verbs: [UInt8: StorageVerb] = [0: .set]
    #expect(StorageVerb(mode: 0) == verbs[0])
    let letters: [Character: StorageVerb] = ["S": .set, "E": .add, "R": .replace, "A": .append, "P": .prepend]
    for byte in UInt8(1)...255 where byte != 10 {
      let letter = Character(UnicodeScalar(byte))
      #expect(StorageVerb(mode: byte) == letters[letter])
      let line = Array("ms k 3 M".utf8) + [byte, 13, 10]
      let refused = metaReading(of: line.span, from: 0, count: line.count) == "refused invalidStoreMode swallow 5"
      #expect(refused == (letters[letter] == nil), "\(byte)")
    }
    #expect(metaReading(of: "ms k 3 M\r\n") == "refused invalidStoreMode swallow 5")
    #expect(metaReading(of: "ms k 3 M\0\r\n") == "set k 3 M\0")
    #expect(metaReading(of: "mg k M\r\n") == "get k M")
  }

  @Test("choose which way ma counts")
  func arithmeticModes() {
    for (mode, isIncrement) in [("", true), (" MI", true), (" M+", true), (" MD", false), (" M-", false)] {
      let line = Array("ma k\(mode)\r\n".utf8)
      guard
        case .request(let request) = MetaParser.parse(
          .arithmetic, ByteRange(start: 3, count: line.count - 5), in: line.span)
      else {
        Issue.record("\(mode) is refused")
        continue
      }
      #expect(request.isIncrement == isIncrement)
    }
    for mode in ["M", "Mi", "Md", "MX"] {
      #expect(metaReading(of: "ma k \(mode)\r\n") == "refused invalidArithmeticMode")
    }
  }
}
