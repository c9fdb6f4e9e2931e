/// A connection that waits for an answer made elsewhere, and the worker it belongs to.
struct WaitingConnection: Sendable {
  let mailbox: WorkerMailbox
  let place: WaitingPlace
}

/// Where in its worker; the transfer tells it from a later connection under the same token.
struct WaitingPlace: Sendable {
  let token: UInt32
  let transfer: UInt32
}
