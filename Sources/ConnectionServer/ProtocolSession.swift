import Platform
import SystemPackage
import Transport

/// What is served: one object a worker, lent to the connection that is awake.
///
/// ```
///   WorkerThread ──beginPass─▶ ┌────────────────────────────────────────────┐
///     a socket is readable     │ ProtocolSession                            │
///   WorkerState ──process────▶ │  parses the input, has it executed, writes │──▶ Turn.reply
///               ──flush──────▶ │  into the reply, says why it stopped       │
///               ──suspend────▶ │  keeps what a connection leaves unfinished │──▶ a place of its own, by number
///               ◀─resume────── └────────────────────────────────────────────┘
/// ```
///
/// **Purpose.** The worker knows sockets, buffers and turns, and no protocol; the session knows requests and no sockets. What
/// a connection has begun and not finished stands with the session, under a number that the worker keeps and gives back.
///
/// **Invariants.** All calls come from the worker's thread, and never one inside of another. `process`, `flush` and
/// `receiveDirectly` speak of the connection whose turn it is; `current` of a session is that connection's alone, from
/// `resume` (or nothing, for an idle one) to `suspend` or `abandon`. A reply is not sent before `flush` has let it go, except
/// a small one at the end of a pass, which goes when `willSendReplies` has been called.
///
/// **Datagrams.** Each is served as a connection of its own, one request at a time (`Turn.requests` is 1): a session tells
/// whether a request wants more input than there is, and says in its protocol's words that a reply is too large. What
/// `Turn.send` is given meanwhile it keeps until the request is answered.
package protocol ProtocolSession: AnyObject {
  /// What changes only between requests is looked at once for a pass. Returns a clock's seconds, for how long each
  /// connection has been idle.
  func beginPass() -> UInt32
  /// Executes what the input holds.
  ///
  /// - Parameters:
  ///   - input: what was received and not consumed.
  ///   - consumed: how many bytes of the input are done with.
  func process(_ input: Span<UInt8>, consumed: inout Int, _ turn: inout Turn) -> Pause
  /// Sends the reply, unless it has to wait for something else (`Turn.isHeld`). False if not all of it is sent.
  func flush(_ turn: inout Turn) -> Bool
  /// Receives straight to where `Turn.missingBytes` are wanted; nil: they are not wanted any more.
  func receiveDirectly(_ turn: inout Turn) -> Received?

  // MARK: Of datagrams

  /// The request in hand needs more input than has come: where that was a whole datagram, it never will.
  func isAwaitingInput(_ turn: borrowing Turn) -> Bool
  /// Answers that the reply to a request, which begins with these bytes, has no room in as many datagrams as it may take.
  func refuseReply(to request: Span<UInt8>, _ turn: inout Turn)

  // MARK: Between two turns

  /// The connection waits with what it has not finished: its number, or nil where that is nothing.
  func suspend(_ turn: inout Turn) -> UInt32?
  func resume(_ state: UInt32?, _ turn: inout Turn)
  /// The connection is gone: gives back what its request and its reply hold.
  func abandon(_ turn: inout Turn)
  /// The connection waits for a reply that is made elsewhere (`Pause.deferred`), which is asked for now.
  func deferReply(_ state: UInt32, _ reply: DeferredReply)
  /// The connection's reply has to wait (`Turn.isHeld`): until the session has the worker `resume` this place.
  func holdReply(_ state: UInt32, at place: SuspendedPlace)
  /// The connection waits for what its session will have to tell (`Pause.watching`): until the session has the worker `resume` this
  /// place, or the client sends something.
  func watchReply(_ state: UInt32, at place: SuspendedPlace)
  /// What the suspended connection is in the middle of, for listings.
  func activity(of state: UInt32) -> ConnectionActivity?
  /// The suspended connection's reply is made as it is read.
  func isStreaming(_ state: UInt32) -> Bool

  // MARK: The worker's events

  /// `willSendReplies` is to be called. Looked at once.
  var wantsReplyEvents: Bool { get }
  /// Replies are sent next: whoever else is to be told what was executed is told first.
  func willSendReplies()
  /// `passEnded` is to be called. Looked at once.
  var wantsPassEvents: Bool { get }
  /// All that was ready has been served, and small replies are sent next. Not called from inside of another call: the session
  /// may have the worker `resume` connections, and sends what it has for others than the worker's clients.
  func passEnded()
  func didOpen(_ socket: FileDescriptor)
  /// The worker closes a connection, for another reason than that its client or its session wants it. `didClose` follows.
  func willClose(_ socket: FileDescriptor, for reason: CloseReason)
  func didClose(_ socket: FileDescriptor)
}

extension ProtocolSession {
  package func flush(_ turn: inout Turn) -> Bool {
    var none = NoSegments()
    return turn.send(&none)
  }

  package func receiveDirectly(_ turn: inout Turn) -> Received? { nil }
  package func isAwaitingInput(_ turn: borrowing Turn) -> Bool { false }
  package func refuseReply(to request: Span<UInt8>, _ turn: inout Turn) {}
  package func suspend(_ turn: inout Turn) -> UInt32? { nil }
  package func resume(_ state: UInt32?, _ turn: inout Turn) {}
  package func abandon(_ turn: inout Turn) {}
  package func deferReply(_ state: UInt32, _ reply: DeferredReply) {}
  package func holdReply(_ state: UInt32, at place: SuspendedPlace) {}
  package func watchReply(_ state: UInt32, at place: SuspendedPlace) {}
  package func activity(of state: UInt32) -> ConnectionActivity? { nil }
  package func isStreaming(_ state: UInt32) -> Bool { false }
  package var wantsReplyEvents: Bool { false }
  package func willSendReplies() {}
  package var wantsPassEvents: Bool { false }
  package func passEnded() {}
  package func didOpen(_ socket: FileDescriptor) {}
  package func willClose(_ socket: FileDescriptor, for reason: CloseReason) {}
  package func didClose(_ socket: FileDescriptor) {}
}

/// Why a session stopped processing.
package enum Pause: Sendable, BitwiseCopyable {
  /// The input holds no further whole request.
  case starved
  /// The client must read before more can be answered.
  case blocked
  /// The connection has had its turn.
  case yielded
  /// The next reply is made elsewhere, and asked for when what stands before it is sent.
  case deferred
  /// There is nothing more to tell until something happens. What the client sends meanwhile is processed.
  case watching
  case closing
}

/// Why the worker closes a connection.
package enum CloseReason: Sendable, BitwiseCopyable {
  /// Its client has asked for nothing.
  case idle
  /// Its client does not read what is made for it.
  case stalled
  /// Its socket has failed: the client has reset it, or cannot be reached.
  case failed
  /// The server ends.
  case shutdown
}
