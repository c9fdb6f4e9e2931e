import ItemStore
import Platform
import Transport

/// A value on its way from a client into its item, in whatever protocol it was announced.
extension ItemStore {
  /// Takes what the input holds of the value; false where its memory has run out.
  func take(_ input: Span<UInt8>, _ consumed: inout Int, into pending: inout PendingItem, now: UInt32) -> Bool {
    let count = min(pending.missing, input.count - consumed)
    if count <= 0 { return true }
    let missing = pending.missing
    let isWritten = write(input.extracting(consumed..<consumed + count), to: &pending, now: now)
    // Memory may run out in the middle: what was written before is not dropped again.
    consumed += missing - pending.missing
    return isWritten
  }

  /// Receives from the socket straight into the item; nil where its memory has run out.
  func receive(from transport: Transport, into pending: inout PendingItem, now: UInt32) -> Received? {
    var received = Received.wouldBlock
    let filled = fill(&pending, now: now) { room in
      received = transport.receive(into: &room)
      if case .bytes(let count) = received { return count }
      return 0
    }
    return filled == nil ? nil : received
  }
}
