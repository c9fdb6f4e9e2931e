import CLibevent
import SystemPackage

// A socket as the loop knows it.
//
// It is one word, the address of a cell of its loop:
//
//    SocketEvent ──▶ | record: token 4 | descriptor and interest 4 | libevent's struct event, 128 bytes or so |
//                      └ what libevent hands to the callback; the loop is found through the cell's segment
//
// Invariants. The event retains its loop, whose cells these are. The interest is what libevent has been told; an empty
// one means that the event is not in the loop. The descriptor stays its owner's, who destroys the event before closing
// it.

@safe package struct SocketEvent: ~Copyable {
  private let record: UnsafeMutablePointer<SocketRecord>

  /// Waits for nothing until `want`.
  package init(loop: EventLoop, fd: FileDescriptor, token: UInt32 = .max) {
    let cell = unsafe Unmanaged.passRetained(loop)._withUnsafeGuaranteedRef { unsafe $0.cells.take(for: $0) }
    unsafe record = cell.bindMemory(to: SocketRecord.self, capacity: 1)
    unsafe record.initialize(to: SocketRecord(token: token, fd: fd.rawValue))
    unsafe event_assign(event, loop.base, fd.rawValue, Int16(EV_PERSIST), socketIsReady, record)
  }

  deinit {
    unsafe event_del(event)
    let loop = unsafe SocketEventCells.owner(of: record)
    unsafe loop._withUnsafeGuaranteedRef { unsafe $0.cells.giveBack(record) }
    unsafe loop.release()
  }

  /// What the handler is called with.
  package var token: UInt32 {
    get { unsafe record.pointee.token }
    set { unsafe record.pointee.token = newValue }
  }

  package var socket: FileDescriptor { unsafe FileDescriptor(rawValue: record.pointee.fd) }

  package var interest: Readiness { unsafe record.pointee.interest }

  /// What the handler is told from now on, as long as it is so (level-triggered); nothing turns it off.
  /// False when the kernel refuses to watch the descriptor.
  @discardableResult
  package mutating func want(_ interest: Readiness) -> Bool {
    if interest == self.interest { return true }
    if !self.interest.isEmpty { unsafe event_del(event) }
    unsafe record.pointee.interest = interest
    if interest.isEmpty { return true }
    let events = Int16(EV_PERSIST) | Int16(interest.rawValue) << 1
    unsafe event_assign(event, event_get_base(event), record.pointee.fd, events, socketIsReady, record)
    if unsafe event_add(event, nil) == 0 { return true }
    unsafe record.pointee.interest = []
    return false
  }

  private var event: OpaquePointer { unsafe OpaquePointer(record + 1) }
}

@safe private struct SocketRecord {
  var token: UInt32
  private var fdAndInterest: Int32

  init(token: UInt32, fd: Int32) {
    self.token = token
    fdAndInterest = fd << 2
  }

  var fd: Int32 { fdAndInterest >> 2 }
  var interest: Readiness {
    get { Readiness(rawValue: UInt8(truncatingIfNeeded: fdAndInterest & 3)) }
    set { fdAndInterest = fdAndInterest & ~3 | Int32(newValue.rawValue) }
  }
}

private func socketIsReady(_ fd: Int32, _ what: Int16, _ argument: UnsafeMutableRawPointer?) {
  guard let argument = unsafe argument else { return }
  let token = unsafe argument.assumingMemoryBound(to: SocketRecord.self).pointee.token
  // EV_READ is 2 and EV_WRITE 4.
  let readiness = Readiness(rawValue: UInt8(truncatingIfNeeded: what) >> 1 & 3)
  unsafe SocketEventCells.owner(of: argument)._withUnsafeGuaranteedRef { $0.dispatch(token, readiness) }
}

/// What a socket is ready for, and what is wanted of it. An error or a hang-up makes it ready for whatever is wanted.
@usableFromInline package struct Readiness: OptionSet, Sendable, Hashable {
  @usableFromInline package let rawValue: UInt8

  @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }

  @inlinable package static var readable: Readiness { Readiness(rawValue: 1) }
  @inlinable package static var writable: Readiness { Readiness(rawValue: 2) }
}
