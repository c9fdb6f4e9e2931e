/// What a server's TLS is made of: files and rules, as memcached's options of `ssl_` name them.
package struct TLSSettings: Sendable, Equatable {
  /// The certificate, and those that lead from it to its authority; PEM.
  package var chain: String?
  /// Nil: it stands in the file of the chain.
  package var key: String?
  package var keyFormat = KeyFormat.pem
  package var verification = Verification.none
  /// In OpenSSL's words; names of TLS 1.3 may stand among them. Nil: OpenSSL's choice.
  package var ciphers: String?
  /// Authorities by which others' certificates are judged; PEM.
  package var authorities: String?
  package var minVersion = Version.tls12
  /// Clients may take up a session again, which saves both the public-key part of the handshake.
  package var cachesSessions = false
  /// Records are sealed and opened by the kernel, where it and OpenSSL can.
  package var usesKernel = false

  package init() {}

  /// By OpenSSL's numbers.
  package enum KeyFormat: Int32, Sendable {
    case pem = 1
    case der = 2
  }

  /// What is asked of a client's certificate.
  package enum Verification: Int, Sendable, CaseIterable {
    case none
    /// Judged where there is one.
    case request
    case require
    /// Once a connection, as `require`: nothing is negotiated anew here.
    case once
  }

  package enum Version: Int, Sendable, CaseIterable {
    case tls10, tls11, tls12, tls13

    package var name: String { "tlsv1.\(rawValue)" }
    /// OpenSSL's number: 0x0301 is TLS 1.0.
    var number: Int32 { 0x0301 + Int32(rawValue) }
  }
}

extension TLSSettings.Verification {
  /// OpenSSL's bits: verify the peer, fail without a certificate, once.
  package var mask: Int32 {
    switch self {
    case .none: 0
    case .request: 1
    case .require: 3
    case .once: 7
    }
  }
}

/// Why there is no TLS, in one line.
package struct TLSError: Error, Sendable, CustomStringConvertible {
  package let description: String
}
