import Transport

/// The flags of TLS: memcached's, one for the pair, and one for the page.
extension Flag {
  static let tls = [
    Flag("Z", "enable-ssl", help: "enable TLS: clients speak it at every address that is not notls:") {
      $0.isTLSEnabled = true
    }
  ]

  static let tlsOptions = [
    Flag(
      nil, "ssl_chain_cert", "file", \.tls.chain, .name("a file's name"), otherwise: "none", isOption: true,
      help: "certificate chain in PEM, the server's own first"),
    Flag(
      nil, "ssl_key", "file", \.tls.key, .name("a file's name"), otherwise: "in ssl_chain_cert", isOption: true,
      help: "private key"),
    Flag(
      nil, "ssl_keyformat", "format", \.tls.keyFormat, .keyFormat, isOption: true,
      help: "of ssl_key: PEM or 1, DER or 2"),
    Flag(
      nil, "ssl_verify_mode", "mode", \.tls.verification, .verification, isOption: true,
      help: "certificates of clients: 0 not asked for, 1 verified where there is one, 2 and 3 required"),
    Flag(
      nil, "ssl_ciphers", "list", \.tls.ciphers, .name("a list of ciphers"), otherwise: "OpenSSL's", isOption: true,
      help: "ciphers, by OpenSSL's names with colons between"),
    Flag(
      nil, "ssl_ca_cert", "file", \.tls.authorities, .name("a file's name"), otherwise: "none", isOption: true,
      help: "authorities in PEM that clients' certificates, and the peer's, are judged by"),
    Flag(
      nil, "ssl_min_version", "num", \.tls.minVersion, .tlsVersion, isOption: true,
      help: "oldest protocol: 0 tlsv1.0, 1 tlsv1.1, 2 tlsv1.2, 3 tlsv1.3"),
    Flag(
      nil, "ssl_wbuf_size", "kb", \.sealedWriteBytes, .integer(1...1024, "kilobytes", unit: 1 << 10), isOption: true,
      help: "kilobytes of a large reply that are sealed at a time"),
    Flag(
      nil, "ssl_session_cache", otherwise: "no", isOption: true,
      help: "clients may take up their sessions again, which saves most of the handshake"
    ) { $0.tls.cachesSessions = true },
    Flag(
      nil, "ssl_kernel_tls", otherwise: "no", isOption: true,
      help: "have the kernel seal and open records, where it and OpenSSL can"
    ) { $0.tls.usesKernel = true },
    Flag(
      nil, "repl_tls", otherwise: "no", isOption: true,
      help: "the pair speaks TLS, each side with a certificate that ssl_ca_cert vouches for"
    ) { $0.peering.usesTLS = true },
    Flag(
      nil, "http_tls", otherwise: "no", isOption: true,
      help: "the page and metrics of -o http speak TLS alone, by the options of ssl_"
    ) { $0.isHTTPSecure = true },
  ]
}

extension FlagReading where Value == TLSSettings.KeyFormat {
  static var keyFormat: Self {
    Self(show: { $0 == .pem ? "PEM" : "DER" }) { (value) throws(SettingsError) in
      switch value.text {
      case "PEM", "1": .pem
      case "DER", "2": .der
      default: throw .malformed(value, expected: "PEM or DER")
      }
    }
  }
}

extension FlagReading where Value == TLSSettings.Verification {
  static var verification: Self {
    Self(range: "0 to 3", show: { String($0.rawValue) }) { (value) throws(SettingsError) in
      TLSSettings.Verification(rawValue: try value.integer(0...3, "a mode")) ?? .none
    }
  }
}

extension FlagReading where Value == TLSSettings.Version {
  static var tlsVersion: Self {
    Self(range: "0 to 3", show: { String($0.rawValue) }) { (value) throws(SettingsError) in
      TLSSettings.Version(rawValue: try value.integer(0...3, "a version")) ?? .tls12
    }
  }
}
