extension Settings {
  /// The sub-options of `-o`, separated by commas. Those of memcached that tune machinery which this store does not
  /// have, or has always on, are taken in silence, so that the command lines in the field go on working.
  mutating func setOptions(_ list: String) throws(SettingsError) {
    for option in list.split(separator: ",") {
      let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      if parts.count == 2 {
        try setOption(name, SettingsValue(flag: "-o \(name)", text: parts[1]))
      } else {
        try setSwitch(name)
      }
    }
  }

  private mutating func setSwitch(_ name: String) throws(SettingsError) {
    switch name {
    case "maxconns_fast": refusesExcessConnections = true
    case "no_maxconns_fast": refusesExcessConnections = false
    case "repl_legacy": peering.expectsLegacy = true
    case _ where Self.alwaysSo.contains(name): break
    case _ where Self.valued.contains(name): throw .missingValue(option: name)
    default: throw .unknownOption(name)
    }
  }

  private mutating func setOption(_ name: String, _ value: SettingsValue) throws(SettingsError) {
    switch name {
    case "hashpower": hashPower = try value.integer(12...32)
    case "slab_chunk_max": largestChunk = try value.powerOfTwo(1...1024, "kilobytes") << 10
    case "repl_wait": peering.connectMilliseconds = try value.integer(0...3_600_000, "milliseconds")
    case "repl_queue": peering.queueBytes = try value.integer(1...4096, "megabytes") << 20
    case "repl_ack": peering.acknowledgementMilliseconds = try value.integer(1...60_000, "milliseconds")
    case "repl_secret": peering.secretFile = try value.name("a file's name")
    case "maxconns_fast", "no_maxconns_fast", "repl_legacy": throw .unwantedValue(option: name)
    case _ where Self.alwaysSo.contains(name): throw .unwantedValue(option: name)
    default: throw .unknownOption(name)
    }
  }

  private static let valued: Set = [
    "hashpower", "slab_chunk_max", "repl_wait", "repl_queue", "repl_ack", "repl_secret",
  ]

  /// What memcached lets one switch on and this server always does.
  private static let alwaysSo: Set = ["modern", "lru_crawler", "lru_maintainer", "slab_reassign", "slab_automove"]
}
