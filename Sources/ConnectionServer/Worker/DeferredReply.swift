/// A connection that waits for a reply made by another thread, and the worker it belongs to.
package struct DeferredReply: Sendable {
  private let mailbox: WorkerMailbox
  private let place: SuspendedPlace

  init(mailbox: WorkerMailbox, place: SuspendedPlace) {
    self.mailbox = mailbox
    self.place = place
  }

  /// From any thread, once: this is the reply. Nobody hears of it if the connection is gone.
  package func send(_ text: String) { mailbox.post(.reply(place, text)) }
}
