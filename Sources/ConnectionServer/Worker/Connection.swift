import EventLoop
import Platform
import SystemPackage
import Transport

/// A client, as long as it is idle: its event, which knows its socket, and eight bytes more.
///
/// Whatever it leaves unfinished between two turns (half a line, half a value, a reply it does not read) stands in a
/// `SuspendedConnection` of the worker, named by `suspension`; buffers belong to the worker, so an idle connection costs this
/// value and libevent's record.
struct Connection: ~Copyable {
  var event: SocketEvent
  /// The place of its unfinished business, or one of the numbers below: an optional would take four bytes more.
  private var place = Self.idle
  /// Seconds of the last turn's beginning, and the phase in the three bits below.
  private var secondsAndPhase: UInt32

  // The last bit of the first four tells whether a reply is in the batch, the one before it that the connection is plain.
  private static var idle: UInt32 { .max }
  private static var idleSealed: UInt32 { .max - 2 }
  private static var atEnd: UInt32 { .max - 4 }
  private static var notInBatch: UInt32 { 1 }

  /// - Parameter isSealed: it has a TLS channel, which the worker keeps.
  init(socket: FileDescriptor, loop: EventLoop, now: UInt32, isSealed: Bool = false) {
    event = SocketEvent(loop: loop, fd: socket)
    secondsAndPhase = now &<< 3
    if isSealed { place = Self.idleSealed }
  }

  var socket: FileDescriptor { event.socket }

  /// Its turn begins: what it needs of the connection. One with a TLS channel is never `wasIdle`, so that the others need not be
  /// asked whether they have one; the worker gives the turn its transport.
  @inline(__always) mutating func begin(at seconds: UInt32) -> (transport: Transport, phase: UInt8, wasIdle: Bool) {
    let phase = secondsAndPhase & 7
    secondsAndPhase = seconds &<< 3 | phase
    return (.plain(event.socket), UInt8(truncatingIfNeeded: phase), isIdle)
  }

  /// When its last turn began.
  var lastTurnAt: UInt32 { secondsAndPhase &>> 3 }

  /// See `Turn.phase`.
  var phase: UInt8 {
    get { UInt8(truncatingIfNeeded: secondsAndPhase & 7) }
    set { secondsAndPhase = secondsAndPhase & ~7 | UInt32(newValue & 7) }
  }

  /// Nothing is left of what it has sent, and nothing of what it was answered; and it is plain.
  var isIdle: Bool { place == Self.idle }

  /// The same of one with a TLS channel.
  var isIdleSealed: Bool { place == Self.idleSealed }

  /// The place of its unfinished business among the worker's suspended connections.
  var suspension: UInt32? {
    place < Self.atEnd ? place : nil
  }

  mutating func suspend(at place: UInt32) { self.place = place }

  /// What it had left unfinished is in hand again.
  mutating func endSuspension(isSealed: Bool) { place = isSealed ? Self.idleSealed : Self.idle }

  /// Its reply is one of `ReplyBatch`, and its turn has ended.
  @inline(__always) mutating func beginBatched(phase: UInt8) {
    place &= ~Self.notInBatch
    self.phase = phase
  }

  @inline(__always) mutating func endBatched() { place |= Self.notInBatch }

  /// It waits for nothing but to be closed.
  var isClosing: Bool { place == Self.atEnd }

  mutating func beginClosing() { place = Self.atEnd }
}
