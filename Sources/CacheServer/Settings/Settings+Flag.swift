extension Settings {
  /// The flags that take a value, by the name that messages call them. Switches (`-d`, `-M`, …) need no reading.
  package enum Flag: String, CaseIterable, Sendable {
    case port = "-p"
    case udpPort = "-U"
    case listen = "-l"
    case unixSocket = "-s"
    case unixSocketMode = "-a"
    case listenBacklog = "-b"
    case maxConnections = "-c"
    case threads = "-t"
    case requestsPerEvent = "-R"
    case memoryLimit = "-m"
    case maxItemSize = "-I"
    case growthFactor = "-f"
    case smallestChunk = "-n"
    case keyPrefixDelimiter = "-D"
    case bindingProtocol = "-B"
    case user = "-u"
    case pidFile = "-P"
    case peer = "-x"
    case peerPorts = "-X"
    case queueRecords = "-q"
    case options = "-o"
  }

  /// Takes the text of one flag. A flag given twice: the last one counts, but `-l` and `-o` gather.
  package mutating func set(_ flag: Flag, _ text: String) throws(SettingsError) {
    let value = SettingsValue(flag: flag.rawValue, text: text)
    switch flag {
    case .port, .udpPort, .listen, .unixSocket, .unixSocketMode, .listenBacklog: try setListening(flag, value)
    case .maxConnections, .threads, .requestsPerEvent, .keyPrefixDelimiter, .bindingProtocol:
      try setServing(flag, value)
    case .memoryLimit, .maxItemSize, .growthFactor, .smallestChunk: try setKeeping(flag, value)
    case .user: user = try value.name("a user's name")
    case .pidFile: pidFile = try value.name("a file's name")
    case .peer: peering.peer = try value.name("a host")
    case .peerPorts: try setPeerPorts(value)
    case .queueRecords: peering.queueRecords = try value.integer(1...(1 << 30))
    case .options: try setOptions(text)
    }
  }

  private mutating func setListening(_ flag: Flag, _ value: SettingsValue) throws(SettingsError) {
    switch flag {
    case .port: port = try value.port()
    case .udpPort:
      guard try value.port() == 0 else { throw .notAvailable("-U \(value.printable): UDP is not served; only -U 0") }
    case .listen: try addAddresses(value)
    case .unixSocket: unixSocket = try value.name("a file's name")
    case .unixSocketMode: unixSocketMode = try value.octalMode()
    default: listenBacklog = Int32(try value.integer(0...1_000_000))
    }
  }

  private mutating func setServing(_ flag: Flag, _ value: SettingsValue) throws(SettingsError) {
    switch flag {
    case .maxConnections:
      maxConnections = try value.integer(1...10_000_000)
      isConnectionLimitGiven = true
    case .threads: threads = try value.integer(1...256)
    case .requestsPerEvent: requestsPerEvent = try value.integer(1...1_000_000_000)
    case .keyPrefixDelimiter:
      keyPrefixDelimiter = try value.character()
      countsPerPrefix = true
    default:
      guard ["auto", "ascii"].contains(value.text) else {
        throw .notAvailable("-B \(value.printable): not served; auto or ascii")
      }
    }
  }

  private mutating func setKeeping(_ flag: Flag, _ value: SettingsValue) throws(SettingsError) {
    switch flag {
    // 256 GB is what the store's 32-bit references can name.
    case .memoryLimit: memoryLimit = try value.integer(1...(256 << 10), "megabytes") << 20
    case .maxItemSize: maxItemSize = try value.size((1 << 10)...(1 << 30), "from 1k to 1024m")
    case .growthFactor: growthFactor = try value.factor()
    default: smallestChunk = try value.integer(1...(1 << 16))
    }
  }

  private mutating func addAddresses(_ value: SettingsValue) throws(SettingsError) {
    let entries = value.text.split(whereSeparator: { $0 == "," || $0 == ";" })
    guard !entries.isEmpty else { throw .malformed(value, expected: "an address or a host name") }
    for entry in entries {
      addresses.append(try Address(SettingsValue(flag: value.flag, text: entry)))
    }
  }

  /// `-X 11212` listens there and connects there; `-X a:b` listens on a and connects to b; `-X 0` is off.
  private mutating func setPeerPorts(_ value: SettingsValue) throws(SettingsError) {
    let parts = value.text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2 else { throw .malformed(value, expected: "a port or listen:connect") }
    var ports: [UInt16] = []
    for part in parts {
      guard let port = try? SettingsValue(flag: value.flag, text: part).port() else {
        throw .malformed(value, expected: "a port or listen:connect")
      }
      ports.append(port)
    }
    guard let listen = ports.first, let connect = ports.last, ports.count == 1 || !ports.contains(0) else {
      throw .malformed(value, expected: "a port or listen:connect")
    }
    peering.listenPort = listen
    peering.connectPort = connect
    peering.isPortGiven = true
  }
}
