import Transport

extension Settings {
  /// Whether what is said of TLS goes together. What the files hold is found out when they are read.
  func checkTLS() throws(SettingsError) {
    if isTLSEnabled { try checkClients() }
    if peering.usesTLS { try checkPair() }
    if isHTTPSecure { try checkHTTP() }
    guard isTLSEnabled || addresses.allSatisfy({ $0.security == nil }) else {
      throw .contradiction("-l notls:, btls: and mtls: tell an address apart from those of -Z, which is not given")
    }
  }

  private func checkClients() throws(SettingsError) {
    guard tls.chain != nil else {
      throw .contradiction("-Z needs -o ssl_chain_cert=FILE, and ssl_key=FILE if the key is not in that file")
    }
    guard unixSocket == nil else { throw .contradiction("-Z is for TCP, and -s opens no TCP port") }
    try checkAuthorities()
  }

  private func checkAuthorities() throws(SettingsError) {
    guard tls.verification.rawValue < TLSSettings.Verification.require.rawValue || tls.authorities != nil else {
      throw .contradiction(
        "-o ssl_verify_mode=\(tls.verification.rawValue) needs -o ssl_ca_cert=FILE to judge clients by")
    }
  }

  /// Without -o http the service manager may have a socket for it.
  private func checkHTTP() throws(SettingsError) {
    guard tls.chain != nil else {
      throw .contradiction("-o http_tls needs -o ssl_chain_cert=FILE, and ssl_key=FILE if the key is not in that file")
    }
    try checkAuthorities()
  }

  private func checkPair() throws(SettingsError) {
    guard tls.chain != nil, tls.authorities != nil else {
      throw .contradiction(
        "-o repl_tls needs -o ssl_chain_cert=FILE and ssl_ca_cert=FILE: each side proves itself to the other")
    }
    guard !peering.expectsLegacy else {
      throw .contradiction("-o repl_legacy: a repcached 2.x does not speak the TLS of -o repl_tls")
    }
  }
}
