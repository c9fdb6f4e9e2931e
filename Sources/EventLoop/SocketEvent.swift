import CLibevent
import SystemPackage

// A socket as the loop knows it.
//
// One piece of memory a socket, and nothing else:
//
//    event ──▶ | libevent's struct event, 128 bytes or so | loop 8 | token 4 | interest 1 |
//                                                         └ record: what libevent hands to the callback
//
// Invariants. The record's loop is retained by it. `interest` is what libevent has been told; an empty one means that the
// event is not in the loop. The descriptor stays its owner's, who destroys the event before closing it.

@safe package struct SocketEvent: ~Copyable {
  private let event: OpaquePointer

  /// Waits for nothing until `want`.
  package init(loop: EventLoop, fd: FileDescriptor, token: UInt32) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: SocketRecord.offset + SocketRecord.size, alignment: 16)
    unsafe event = OpaquePointer(memory)
    let record = unsafe memory + SocketRecord.offset
    unsafe record.initializeMemory(
      as: SocketRecord.self, to: SocketRecord(loop: .passRetained(loop), token: token, interest: []))
    unsafe event_assign(event, loop.base, fd.rawValue, Int16(EV_PERSIST), socketIsReady, record)
  }

  deinit {
    unsafe event_del(event)
    unsafe record.pointee.loop.release()
    unsafe UnsafeMutableRawPointer(event).deallocate()
  }

  package var interest: Readiness { unsafe record.pointee.interest }

  /// What the handler shall hear of from now on, as long as it is so (level-triggered); nothing turns it off.
  /// False when the kernel refuses to watch the descriptor.
  @discardableResult
  package mutating func want(_ interest: Readiness) -> Bool {
    if interest == self.interest { return true }
    if !self.interest.isEmpty { unsafe event_del(event) }
    unsafe record.pointee.interest = interest
    if interest.isEmpty { return true }
    let events = Int16(EV_PERSIST) | Int16(interest.rawValue) << 1
    let fd = unsafe event_get_fd(event)
    unsafe event_assign(event, event_get_base(event), fd, events, socketIsReady, record)
    if unsafe event_add(event, nil) == 0 { return true }
    unsafe record.pointee.interest = []
    return false
  }

  private var record: UnsafeMutablePointer<SocketRecord> {
    unsafe (UnsafeMutableRawPointer(event) + SocketRecord.offset).assumingMemoryBound(to: SocketRecord.self)
  }
}

@safe private struct SocketRecord {
  let loop: Unmanaged<EventLoop>
  let token: UInt32
  var interest: Readiness

  static let offset = (event_get_struct_event_size() + 7) & ~7
  static var size: Int { MemoryLayout<SocketRecord>.size }
}

private func socketIsReady(_ fd: Int32, _ what: Int16, _ argument: UnsafeMutableRawPointer?) {
  guard let argument = unsafe argument else { return }
  let record = unsafe argument.assumingMemoryBound(to: SocketRecord.self).pointee
  // EV_READ is 2 and EV_WRITE 4.
  let readiness = Readiness(rawValue: UInt8(truncatingIfNeeded: what) >> 1 & 3)
  unsafe record.loop._withUnsafeGuaranteedRef { $0.dispatch(record.token, readiness) }
}
