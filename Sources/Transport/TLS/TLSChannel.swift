import COpenSSL
import Platform
import SystemPackage

// A connection's TLS: one of OpenSSL's objects on a non-blocking socket, and what is to be remembered between two calls.
//
//    socket ══▶ records of the kernel ══▶ | OpenSSL: opened, not handed out yet | ══▶ caller's memory
//                                           └ epoll knows nothing of these: `hasBufferedInput`
//    caller's memory ══▶ | OpenSSL: one record, sealed and not taken by the kernel | ══▶ socket
//                          └ its bytes have not been told as sent: they are offered again, and it goes out then
//
// Purpose. Reading hands out all that OpenSSL holds, as far as there is room, so one call a wake-up is enough, as with
// recv(2). Writing goes on from record to record until the kernel takes no more.
//
// Wanting the other way. In the handshake, and when the other side changes its keys, reading may have to write first, and
// writing to read: `readWantsWrite` and `writeWantsRead` say so, for the event that is waited for.
//
// Fairness. OpenSSL reads on until there is something to hand out. Who sends nothing but new keys would keep a worker for as
// long as it sends, so each call has a number of recv(2)s; then it says that it would block, and the kernel tells again.
//
// Invariants. What the last call has told as an end or a failure every later one tells, too. After a failure nothing is
// said to the other side; else `close` takes leave of it (close_notify).
// A channel is a pointer, copied freely; one who owns it closes it, once, and nobody uses it afterwards: as with a descriptor.
// OpenSSL writes by write(2): the process must ignore SIGPIPE, or a client that has gone ends it.
// Locks: none; one thread at a time.

@safe package struct TLSChannel: BitwiseCopyable, @unchecked Sendable {
  private let state: UnsafeMutablePointer<State>

  @safe private struct State {
    let ssl: OpaquePointer
    let socket: FileDescriptor
    let counters: TLSCounters
    var readWantsWrite = false
    var writeWantsRead = false
    /// OpenSSL holds nothing that could be handed out before the kernel tells of more.
    var isDrained = true
    /// What comes behind the bytes that were handed out last.
    var end: Received?
    var isBroken = false
    /// The handshake is over. (OpenSSL takes that back when a connection fails.)
    var isEstablished = false
    /// Calls of recv(2) that OpenSSL may still make.
    var readsLeft = 0
    var failure: String?
  }

  /// Takes the object over.
  @unsafe init(_ ssl: OpaquePointer, _ socket: FileDescriptor, _ counters: TLSCounters) {
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: State(ssl: ssl, socket: socket, counters: counters))
    unsafe limitReads()
  }

  @unsafe private func limitReads() {
    let bio = unsafe SSL_get_rbio(state.pointee.ssl)
    unsafe BIO_set_callback_arg(bio, UnsafeMutableRawPointer(state).assumingMemoryBound(to: CChar.self))
    unsafe BIO_set_callback_ex(bio) { bio, operation, _, _, _, _, result, _ in
      guard operation == BIO_CB_READ, let argument = unsafe BIO_get_callback_arg(bio) else { return Int(result) }
      let state = unsafe UnsafeMutableRawPointer(argument).assumingMemoryBound(to: State.self)
      if unsafe state.pointee.readsLeft > 0 {
        unsafe state.pointee.readsLeft -= 1
        return Int(result)
      }
      unsafe BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
      return -1
    }
  }

  /// For a call that wants so many bytes; a recv(2) brings a record of 16 KB at most.
  private func allowReads(for byteCount: Int) { unsafe state.pointee.readsLeft = 2 + byteCount / (16 << 10) }

  /// A step of a handshake reads a chain of certificates at most.
  private static let handshakeBytes = 128 << 10

  // MARK: As a word

  var address: Int { unsafe Int(bitPattern: state) }

  /// Nil for zero; else of a channel that has not been closed.
  init?(address: Int) {
    guard let pointer = unsafe UnsafeMutablePointer<State>(bitPattern: address) else { return nil }
    unsafe state = unsafe pointer
  }

  // MARK: What it waits for

  package var socket: FileDescriptor { unsafe state.pointee.socket }
  package var hasBufferedInput: Bool { unsafe !state.pointee.isDrained || state.pointee.end != nil }
  package var readWantsWrite: Bool { unsafe state.pointee.readWantsWrite }
  package var writeWantsRead: Bool { unsafe state.pointee.writeWantsRead }
  /// Why it has failed, in a few words, if it has.
  package var failure: String? { unsafe state.pointee.failure }

  // MARK: The handshake

  package enum Handshake: Equatable, Sendable {
    case done, wantsRead, wantsWrite
    case failed(String)
  }

  /// One step. Reading and writing take them, too; but only this tells when it is over.
  package func handshake() -> Handshake {
    allowReads(for: Self.handshakeBytes)
    let result = unsafe SSL_do_handshake(state.pointee.ssl)
    if result == 1 {
      unsafe state.pointee.isEstablished = true
      unsafe state.pointee.isDrained = SSL_has_pending(state.pointee.ssl) == 0
      return .done
    }
    switch outcome(of: result) {
    case .wantsRead: return .wantsRead
    case .wantsWrite: return .wantsWrite
    case .closed, .failed: return .failed(failure ?? "the connection was closed")
    }
  }

  // MARK: Receiving

  package func receive(into buffer: inout ByteBuffer) -> Received {
    buffer.write { output in
      unsafe output.withUnsafeMutableBufferPointer { target, initialized in
        let free = unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(target)[initialized...])
        let received = unsafe receive(free)
        if case .bytes(let count) = received { initialized += count }
        return received
      }
    }
  }

  package func receive(into target: inout MutableSpan<UInt8>) -> Received {
    unsafe target.withUnsafeMutableBytes { unsafe receive($0) }
  }

  @unsafe private func receive(_ target: UnsafeMutableRawBufferPointer) -> Received {
    if let end = unsafe state.pointee.end { return end }
    unsafe state.pointee.readWantsWrite = false
    allowReads(for: target.count)
    var total = 0
    repeat {
      let room = Int32(clamping: target.count - total)
      let count = unsafe SSL_read(state.pointee.ssl, target.baseAddress.map { unsafe $0 + total }, room)
      if count <= 0 {
        let received = ended(by: outcome(of: count))
        return total > 0 ? .bytes(total) : received
      }
      total += Int(count)
      unsafe state.pointee.isEstablished = true
      unsafe state.pointee.isDrained = SSL_has_pending(state.pointee.ssl) == 0
    } while unsafe total < target.count && !state.pointee.isDrained
    return .bytes(total)
  }

  private func ended(by outcome: Outcome) -> Received {
    unsafe state.pointee.isDrained = true
    let received: Received
    switch outcome {
    case .wantsRead: return .wouldBlock
    case .wantsWrite:
      unsafe state.pointee.readWantsWrite = true
      return .wouldBlock
    case .closed: received = .closed
    case .failed(let error): received = .failed(error)
    }
    unsafe state.pointee.end = received
    return received
  }

  // MARK: Sending

  package func send(_ bytes: Span<UInt8>) -> Sent {
    unsafe bytes.withUnsafeBytes { unsafe send($0) }
  }

  /// Pieces are put side by side in the buffer, so that each record is as full as it can be.
  package func send(_ pieces: borrowing GatherList, through buffer: inout ByteBuffer) -> Sent {
    var total = 0
    while total < pieces.byteCount {
      buffer.clear()
      pieces.copy(from: total, to: &buffer)
      let sent = send(buffer.bytes)
      guard case .bytes(let count) = sent else { return total > 0 ? .bytes(total) : sent }
      total += count
      if count < buffer.count { break }
    }
    return .bytes(total)
  }

  @unsafe private func send(_ bytes: UnsafeRawBufferPointer) -> Sent {
    unsafe state.pointee.writeWantsRead = false
    if unsafe state.pointee.isBroken { return .failed(.brokenPipe) }
    allowReads(for: Self.handshakeBytes)
    var total = 0
    while total < bytes.count {
      let rest = Int32(clamping: bytes.count - total)
      let count = unsafe SSL_write(state.pointee.ssl, bytes.baseAddress.map { unsafe $0 + total }, rest)
      if count <= 0 {
        let sent = blocked(by: outcome(of: count))
        return total > 0 ? .bytes(total) : sent
      }
      total += Int(count)
      unsafe state.pointee.isEstablished = true
    }
    return .bytes(total)
  }

  private func blocked(by outcome: Outcome) -> Sent {
    switch outcome {
    case .wantsWrite: return .wouldBlock
    case .wantsRead:
      unsafe state.pointee.writeWantsRead = true
      return .wouldBlock
    case .closed: return .failed(.brokenPipe)
    case .failed(let error): return .failed(error)
    }
  }

  // MARK: Outcomes

  private enum Outcome {
    case wantsRead, wantsWrite, closed
    case failed(Errno)
  }

  /// What a call came to that did not succeed.
  private func outcome(of result: Int32) -> Outcome {
    let error = Errno.last
    switch unsafe SSL_get_error(state.pointee.ssl, result) {
    case SSL_ERROR_WANT_READ: return .wantsRead
    case SSL_ERROR_WANT_WRITE: return .wantsWrite
    case SSL_ERROR_ZERO_RETURN: return .closed
    case SSL_ERROR_SYSCALL:
      OpenSSLErrors.clear()
      return fail(error.rawValue == 0 ? "the connection was closed" : error.description, .failed(error))
    default: return failedByRules()
    }
  }

  /// The other side has broken the rules, or has not shown what it must; or it has gone without taking leave, which is no
  /// fault worth counting: whoever asks here tells by each request where it ends.
  private func failedByRules() -> Outcome {
    let (number, text) = OpenSSLErrors.take()
    if tls_is_unexpected_end(number) != 0 { return fail("the connection was closed", .closed) }
    if unsafe state.pointee.isEstablished { unsafe state.pointee.counters.countProtocolError() }
    let verdict = unsafe SSL_get_verify_result(state.pointee.ssl)
    let reason = unsafe verdict == 0 ? nil : X509_verify_cert_error_string(verdict).map { unsafe String(cString: $0) }
    return fail(reason.map { "\(text): \($0)" } ?? text, .failed(.protocolError))
  }

  private func fail(_ why: String, _ outcome: Outcome) -> Outcome {
    unsafe state.pointee.isBroken = true
    if unsafe state.pointee.failure == nil { unsafe state.pointee.failure = why }
    return outcome
  }

  // MARK: The end

  /// Takes leave, as far as the socket has room for that; the socket stays its owner's.
  package func close() {
    if unsafe !state.pointee.isBroken && state.pointee.isEstablished {
      unsafe _ = SSL_shutdown(state.pointee.ssl)
      OpenSSLErrors.clear()
    }
    unsafe SSL_free(state.pointee.ssl)
    unsafe state.deinitialize(count: 1)
    unsafe state.deallocate()
  }
}
