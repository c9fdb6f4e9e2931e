import COpenSSL
import Platform
import SystemPackage

/// Certificates, key and rules as they were when they were read: what every channel that begins meanwhile is made from.
///
/// It never changes. A reload makes another one (`TLSCredentials`), and channels of the old one keep that alive as long as they
/// are open. Tickets are sealed with keys of a context's own, so no session outlives the authorities it was judged by.
/// **Locks**: OpenSSL's own; any thread may make a channel.
@safe package final class TLSContext: @unchecked Sendable {
  private let handle: OpaquePointer
  private let counters: TLSCounters

  /// Whom the channels are with.
  package enum Purpose: Sendable {
    /// Clients, who are asked what the settings say.
    case clients
    /// The other daemon of the pair: both show a certificate of the authorities, and speak TLS 1.3.
    case pair
    /// Servers, whose certificates are judged as `verification` says; one of its own is shown if there is one.
    case servers
  }

  package init(_ settings: TLSSettings, for purpose: Purpose, counters: TLSCounters) throws(TLSError) {
    guard let made = unsafe SSL_CTX_new(TLS_method()) else {
      throw TLSError(description: "TLS: cannot be set up: \(OpenSSLErrors.take().text)")
    }
    unsafe handle = unsafe made
    self.counters = counters
    unsafe SSL_CTX_set_ex_data(handle, 0, Unmanaged.passUnretained(counters).toOpaque())
    setRules(settings, purpose)
    try setCiphers(settings.ciphers)
    if settings.chain != nil || purpose != .servers { try loadOwn(settings) }
    try loadAuthorities(settings.authorities)
  }

  deinit { unsafe SSL_CTX_free(handle) }

  private func setRules(_ settings: TLSSettings, _ purpose: Purpose) {
    unsafe tls_set_modes(handle)
    unsafe tls_set_read_ahead(handle)
    unsafe tls_refuse_renegotiation(handle)
    let isPair = purpose == .pair
    unsafe _ = tls_set_min_version(handle, (isPair ? .tls13 : settings.minVersion).number)
    unsafe SSL_CTX_set_verify(handle, (isPair ? .require : settings.verification).mask, nil)
    // A passphrase would be asked for at a terminal, for ever: such a key is refused.
    unsafe SSL_CTX_set_default_passwd_cb(handle) { _, _, _, _ in 0 }
    if settings.usesKernel { unsafe tls_use_kernel(handle) }
    let caches = settings.cachesSessions && !isPair
    unsafe tls_set_session_cache(handle, caches ? 1 : 0)
    if !caches { return unsafe tls_refuse_tickets(handle) }
    let name = Array("repcached".utf8)
    unsafe _ = SSL_CTX_set_session_id_context(handle, name, UInt32(name.count))
    unsafe SSL_CTX_sess_set_new_cb(handle) { ssl, _ in
      unsafe TLSContext.counters(of: ssl)?.countNewSession()
      return 0
    }
  }

  /// A channel keeps them alive as long as it may call.
  @unsafe private static func counters(of ssl: OpaquePointer?) -> TLSCounters? {
    guard let data = unsafe SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0) else { return nil }
    return unsafe Unmanaged<TLSCounters>.fromOpaque(data).takeUnretainedValue()
  }

  /// OpenSSL has two lists, and tells the names of TLS 1.3 apart by their beginning.
  private func setCiphers(_ list: String?) throws(TLSError) {
    guard let list else { return }
    let names = list.split(separator: ":")
    let new = names.filter { $0.hasPrefix("TLS_") }.joined(separator: ":")
    let old = names.filter { !$0.hasPrefix("TLS_") }.joined(separator: ":")
    let isNewTaken = unsafe new.isEmpty || SSL_CTX_set_ciphersuites(handle, new) == 1
    let isOldTaken = unsafe old.isEmpty || SSL_CTX_set_cipher_list(handle, old) == 1
    guard isNewTaken, isOldTaken, !names.isEmpty else { throw Self.failure("cannot use the ciphers", list) }
  }

  private func loadOwn(_ settings: TLSSettings) throws(TLSError) {
    let chain = settings.chain ?? ""
    for path in [chain, settings.key ?? chain] { try Self.checkIsFile(path) }
    guard unsafe SSL_CTX_use_certificate_chain_file(handle, chain) == 1 else {
      throw Self.failure("cannot load the certificate chain", chain)
    }
    let key = settings.key ?? chain
    guard unsafe SSL_CTX_use_PrivateKey_file(handle, key, settings.keyFormat.rawValue) == 1,
      unsafe SSL_CTX_check_private_key(handle) == 1
    else { throw Self.failure("cannot load the key", key) }
  }

  private func loadAuthorities(_ authorities: String?) throws(TLSError) {
    guard let authorities else { return }
    try Self.checkIsFile(authorities)
    guard unsafe SSL_CTX_load_verify_locations(handle, authorities, nil) == 1,
      let names = unsafe SSL_load_client_CA_file(authorities)
    else { throw Self.failure("cannot load the authorities", authorities) }
    unsafe SSL_CTX_set_client_CA_list(handle, names)
  }

  /// OpenSSL would wait for ever for who writes into a pipe.
  private static func checkIsFile(_ path: String) throws(TLSError) {
    if FileBytes.isOtherThanFile(path) { throw TLSError(description: "TLS: \(path) is not a file") }
  }

  private static func failure(_ what: String, _ name: String) -> TLSError {
    TLSError(description: "TLS: \(what) \(name): \(OpenSSLErrors.take().text)")
  }

  /// When the first certificate of the chain ends, in seconds of Unix time; nil where none is shown.
  package var firstEnd: UInt64? { unsafe UInt64(exactly: tls_first_end(handle)) }

  // MARK: Channels

  /// A channel with whoever has connected to this socket, its handshake still to come.
  ///
  /// - Parameters:
  ///   - verification: what is asked of its certificate; nil: what the settings say.
  ///   - name: whom the certificate must name, if there has to be one.
  package func accept(
    _ socket: FileDescriptor, _ verification: TLSSettings.Verification? = nil, from name: String? = nil
  ) throws(TLSError) -> TLSChannel {
    let ssl = unsafe try makeChannel(socket, name)
    unsafe SSL_set_accept_state(ssl)
    if let verification { unsafe SSL_set_verify(ssl, verification.mask, nil) }
    return unsafe TLSChannel(ssl, socket, counters)
  }

  /// The same for a library that drives OpenSSL itself: the address of a channel without a socket, which it has to free; nil: there is
  /// no memory for one. What the channel is made of must live as long as it: `TLSCredentials`.
  package func acceptForeign() -> Int? {
    guard let ssl = unsafe SSL_new(handle) else { return nil }
    unsafe SSL_set_accept_state(ssl)
    // libevent asks only for what is open already: what was read ahead would never be looked at.
    unsafe SSL_set_read_ahead(ssl, 0)
    return Int(bitPattern: ssl)
  }

  /// A channel with whom this socket has been connected to.
  package func connect(_ socket: FileDescriptor, to name: String? = nil) throws(TLSError) -> TLSChannel {
    let ssl = unsafe try makeChannel(socket, name)
    unsafe SSL_set_connect_state(ssl)
    return unsafe TLSChannel(ssl, socket, counters)
  }

  @unsafe private func makeChannel(_ socket: FileDescriptor, _ name: String?) throws(TLSError) -> OpaquePointer {
    guard let ssl = unsafe SSL_new(handle) else { throw Self.failure("cannot begin with", "a connection") }
    guard unsafe SSL_set_fd(ssl, socket.rawValue) == 1, unsafe isNameSet(name, ssl) else {
      unsafe SSL_free(ssl)
      throw Self.failure("cannot begin with", name ?? "a connection")
    }
    return unsafe ssl
  }

  /// A number is looked for among a certificate's addresses, anything else among its names.
  @unsafe private func isNameSet(_ name: String?, _ ssl: OpaquePointer) -> Bool {
    guard let name else { return true }
    if unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1 { return true }
    OpenSSLErrors.clear()
    return unsafe SSL_set1_host(ssl, name) == 1
  }
}
