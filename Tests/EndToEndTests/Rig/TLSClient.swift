import COpenSSL
import TestSupport

/// A blocking client that speaks the text protocol over TLS, by OpenSSL itself and not by the daemon's own code.
///
/// What goes over the wire passes through memory first, so a test can hold it back, cut it up, or put garbage in between. The
/// rig's other file with `unsafe` in it, beside `Kernel`.
@safe final class TLSClient {
  struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  struct Options {
    /// Whose certificates are believed; nil: anybody's.
    var authority: String?
    var certificate: Certificates.Pair?
    /// 0x0303 is TLS 1.2, 0x0304 TLS 1.3; nil: what both can.
    var version: Int?
    /// To go on with, instead of a whole handshake.
    var session: TLSSession?
    /// Seconds that the daemon may take to answer.
    var timeout = Duration.seconds(30)
  }

  let socket: Int32
  private let context: OpaquePointer
  private let ssl: OpaquePointer
  private let timeout: Duration
  private var text: [UInt8] = []
  private var chunk = [UInt8](repeating: 0, count: 16_384)
  private var hasEnded = false

  /// Connected; nothing is said yet.
  init(to endpoint: Endpoint, _ options: Options = Options()) throws {
    guard let context = unsafe SSL_CTX_new(TLS_client_method()), let ssl = unsafe Self.make(context, options) else {
      throw Refusal(description: "OpenSSL takes no such options")
    }
    unsafe self.context = unsafe context
    unsafe self.ssl = unsafe ssl
    timeout = options.timeout
    socket = try Kernel.connect(to: endpoint)
    unsafe SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()))
    unsafe SSL_set_connect_state(ssl)
    if let session = options.session { _ = unsafe SSL_set_session(ssl, session.handle) }
  }

  /// Connected, and the handshake made.
  static func established(_ endpoint: Endpoint, _ options: Options = Options()) throws -> TLSClient {
    let client = try TLSClient(to: endpoint, options)
    try client.handshake()
    return client
  }

  deinit {
    unsafe SSL_free(ssl)
    unsafe SSL_CTX_free(context)
    Kernel.close(socket)
  }

  @unsafe private static func make(_ context: OpaquePointer, _ options: Options) -> OpaquePointer? {
    if let authority = options.authority {
      guard unsafe SSL_CTX_load_verify_locations(context, authority, nil) == 1 else { return nil }
      unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    }
    if let pair = options.certificate {
      guard unsafe SSL_CTX_use_certificate_chain_file(context, pair.chain) == 1,
        unsafe SSL_CTX_use_PrivateKey_file(context, pair.key, SSL_FILETYPE_PEM) == 1
      else { return nil }
    }
    if let version = options.version {
      _ = unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, version, nil)
      _ = unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, version, nil)
    }
    return unsafe SSL_new(context)
  }

  // MARK: The handshake

  func handshake() throws {
    let deadline = Deadline.within(timeout)
    while unsafe SSL_do_handshake(ssl) != 1 {
      try flush()
      try mustGoOn(-1)
      try takeIn(deadline)
    }
    try flush()
  }

  /// The first step, and no other; `count`: so many bytes of it.
  func beginHandshake(bytes count: Int) throws {
    _ = unsafe SSL_do_handshake(ssl)
    ERR_clear_error()
    _ = Kernel.send(produced().prefix(count), to: socket)
  }

  /// Asks for another handshake on the connection, as TLS 1.2 lets a client do. Hands back whether it was made.
  func renegotiate() throws -> Bool {
    _ = unsafe SSL_renegotiate(ssl)
    do { try handshake() } catch is Refusal { return false }
    return true
  }

  /// New keys for what the client sends from now on, and, if it asks, for the daemon too: TLS 1.3.
  func updateKeys() throws {
    _ = unsafe SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED)
    _ = unsafe SSL_do_handshake(ssl)
    try flush()
  }

  /// The common name in the daemon's certificate.
  var peerName: String {
    guard let certificate = unsafe SSL_get1_peer_certificate(ssl) else { return "" }
    defer { unsafe X509_free(certificate) }
    var name = [CChar](repeating: 0, count: 256)
    _ = unsafe X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, &name, 256)
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The session by which another connection can begin. In TLS 1.3 there is one when something has been read.
  var session: TLSSession? { unsafe SSL_get1_session(ssl).map { unsafe TLSSession($0) } }

  /// Whether the handshake went on with a session.
  var isResumed: Bool { unsafe SSL_session_reused(ssl) == 1 }

  /// OpenSSL's name of the cipher that both have agreed on.
  var cipher: String {
    unsafe SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)).map { unsafe String(cString: $0) } ?? ""
  }

  // MARK: Sending

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    seal(bytes)
    try flush()
  }

  /// Each byte in a record of its own.
  func sendOneByOne(_ text: String) throws {
    for byte in text.utf8 { seal([byte]) }
    try flush()
  }

  /// One record, of which each byte of the wire is sent alone.
  func drip(_ text: String) throws {
    seal(Array(text.utf8))
    for byte in produced() {
      try sendRaw([byte])
      Kernel.sleep(microseconds: 30)
    }
  }

  func sendRaw(_ bytes: [UInt8]) throws {
    let deadline = Deadline.within(timeout)
    var rest = bytes[...]
    while !rest.isEmpty {
      switch Kernel.send(rest, to: socket) {
      case .bytes(let count): rest = rest.dropFirst(count)
      case .wouldBlock:
        if deadline.hasPassed { throw Refusal(description: "the daemon does not read") }
        _ = Kernel.poll([(socket, .writable)], milliseconds: 100)
      case .closed, .failed: throw Refusal(description: "the daemon has closed")
      }
    }
  }

  /// Nothing more will be said; what was asked may still be answered.
  func endOutput() throws {
    _ = unsafe SSL_shutdown(ssl)
    try flush()
    Kernel.endOutput(socket)
  }

  private func seal(_ bytes: [UInt8]) { _ = unsafe SSL_write(ssl, bytes, Int32(bytes.count)) }

  private func flush() throws { try sendRaw(produced()) }

  private func produced() -> [UInt8] {
    let waiting = unsafe BIO_ctrl_pending(SSL_get_wbio(ssl))
    var bytes = [UInt8](repeating: 0, count: waiting)
    let count = unsafe waiting == 0 ? 0 : BIO_read(SSL_get_wbio(ssl), &bytes, Int32(waiting))
    return Array(bytes.prefix(Int(max(0, count))))
  }

  // MARK: Receiving

  func line() throws -> String { try read(until: "\n") }

  func read(until end: String) throws -> String {
    let end = Array(end.utf8)
    let deadline = Deadline.within(timeout)
    while true {
      if let position = text.indices.first(where: { text[$0...].starts(with: end) }) {
        return take(position + end.count)
      }
      try receive(deadline)
    }
  }

  func bytes(_ count: Int) throws -> String { String(decoding: try rawBytes(count), as: UTF8.self) }

  func rawBytes(_ count: Int) throws -> [UInt8] {
    let deadline = Deadline.within(timeout)
    while text.count < count { try receive(deadline) }
    return takeBytes(count)
  }

  /// What the daemon answers to a frame of the binary protocol.
  func ask(_ frame: BinaryFrame) throws -> BinaryAnswer {
    try send(frame.bytes)
    var bytes = try rawBytes(24)
    guard let count = BinaryAnswer.bodyCount(bytes) else { throw RigError("not an answer's header: \(bytes)") }
    bytes += try rawBytes(count)
    guard let answer = BinaryAnswer(from: &bytes) else { throw RigError("an answer of impossible counts: \(bytes)") }
    return answer
  }

  /// All that comes until the daemon takes leave; and whether it did that, or just went.
  func rest() throws -> (text: String, tookLeave: Bool) {
    let bytes = try restBytes()
    return (String(decoding: bytes, as: UTF8.self), hasEnded)
  }

  func restBytes() throws -> [UInt8] {
    let deadline = Deadline.within(timeout)
    while !hasEnded {
      do { try receive(deadline) } catch is Refusal { break }
    }
    defer { text = [] }
    return text
  }

  func ask(_ request: String, until end: String = "\n") throws -> String {
    try send(request)
    return try read(until: end)
  }

  func statistic(_ name: String) throws -> String? {
    let lines = try ask("stats\r\n", until: "END\r\n").split(separator: "\r\n")
    return lines.first { $0.hasPrefix("STAT \(name) ") }.map { String($0.dropFirst(name.count + 6)) }
  }

  private func receive(_ deadline: Deadline) throws {
    let count = unsafe SSL_read(ssl, &chunk, Int32(chunk.count))
    if count > 0 {
      text += chunk.prefix(Int(count))
      return
    }
    if unsafe SSL_get_error(ssl, count) == SSL_ERROR_ZERO_RETURN {
      hasEnded = true
      throw Refusal(description: "the daemon took leave")
    }
    try mustGoOn(count)
    try flush()
    try takeIn(deadline)
  }

  private func mustGoOn(_ result: Int32) throws {
    let error = unsafe SSL_get_error(ssl, result)
    if error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE { return }
    let reason = unsafe ERR_reason_error_string(ERR_peek_error()).map { unsafe String(cString: $0) }
    ERR_clear_error()
    throw Refusal(description: reason ?? "TLS has failed")
  }

  private func takeIn(_ deadline: Deadline) throws {
    var wire = [UInt8](repeating: 0, count: 65_536)
    while true {
      switch Kernel.receive(from: socket, into: &wire) {
      case .bytes(let count):
        _ = unsafe BIO_write(SSL_get_rbio(ssl), wire, Int32(count))
        return
      case .wouldBlock:
        if deadline.hasPassed { throw RigError("no answer over TLS in time") }
        _ = Kernel.poll([(socket, .readable)], milliseconds: min(1_000, deadline.millisecondsLeft))
      case .closed, .failed: throw Refusal(description: "the daemon has closed")
      }
    }
  }

  private func take(_ count: Int) -> String { String(decoding: takeBytes(count), as: UTF8.self) }

  private func takeBytes(_ count: Int) -> [UInt8] {
    defer { text.removeFirst(count) }
    return Array(text.prefix(count))
  }
}

/// What OpenSSL remembers of a connection, as long as somebody may go on with it.
@safe final class TLSSession {
  fileprivate let handle: OpaquePointer

  @unsafe fileprivate init(_ handle: OpaquePointer) { unsafe self.handle = unsafe handle }

  deinit { unsafe SSL_SESSION_free(handle) }
}
