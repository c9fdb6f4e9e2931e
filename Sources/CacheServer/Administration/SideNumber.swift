/// What each side of a pair tells the other for those who look at both, by its number in the report (docs/page.md).
///
/// Numbers are never given a second meaning. Both sides are shown by the same list, so what is not told is not known, here as there.
package enum SideNumber: UInt8, CaseIterable, Sendable {
  // Who it is.
  case unixMicroseconds = 1
  case uptimeSeconds = 2
  /// Four parts of 16 bits: major, minor, patch, 0.
  case version = 3
  /// 1 master, 2 slave.
  case role = 4
  /// 0 off, 1 listen, 2 connect, 3 copy, 4 stream.
  case state = 5
  case isServing = 6

  // What it holds.
  case items = 10
  case itemBytes = 11
  case memoryLimit = 12
  case evictions = 13

  // Who uses it.
  case connections = 20
  case maxConnections = 21
  case gets = 22
  case getHits = 23
  case sets = 24
  case otherCommands = 25
  case bytesRead = 26
  case bytesWritten = 27

  // The pair as it sees it.
  case lagMicroseconds = 30
  case queueRecords = 31
  case conflicts = 32
  case refusedPeers = 33
  case refusedValues = 34
  case valuesWithoutRoom = 35
  case changesSent = 36
  case changesReceived = 37
  case streamOverflows = 38

  // Its last copies: at most so many items, those told, unix microseconds of the end; 0: under way, or none.
  case copyOutTotal = 40
  case copyOutDone = 41
  case copyOutEndedAt = 42
  case copyInTotal = 43
  case copyInDone = 44
  case copyInEndedAt = 45
  /// Bit 0: a copy to the peer is under way, bit 1: one from it.
  case copiesUnderWay = 46

  // Digests: the number of the last that this side asks for, and the last that it has made, for which number.
  case digestWanted = 50
  case digestMadeFor = 51
  case digest = 52
  case digestItems = 53
}

/// The numbers of one side at one moment.
package struct SideNumbers: Sendable, Equatable {
  private var values: [UInt8: UInt64]

  package init(_ values: [UInt8: UInt64] = [:]) { self.values = values }

  package subscript(number: SideNumber) -> UInt64? {
    get { values[number.rawValue] }
    set { values[number.rawValue] = newValue }
  }

  package var all: [UInt8: UInt64] { values }

  package var roleWord: String? {
    switch self[.role] {
    case 1: "MASTER"
    case 2: "SLAVE"
    default: nil
    }
  }

  static let stateWords = ["off", "listen", "connect", "copy", "stream"]

  package var stateWord: String? {
    self[.state].flatMap { $0 < UInt64(Self.stateWords.count) ? Self.stateWords[Int($0)] : nil }
  }

  package var versionWord: String? {
    self[.version].map { "\($0 >> 48).\($0 >> 32 & 0xFFFF).\($0 >> 16 & 0xFFFF)" }
  }
}
