import ItemStore

/// The server's side of its peer: makes the link from the settings and gives each worker its journal.
final class Pairing: Sendable {
  init?(context: ServerContext, log: @escaping @Sendable (String) -> Void) throws(ServerError) {
    return nil
  }
  func bind() throws(ServerError) {}
  func journal(ofWorker number: Int) -> WorkerJournal? { nil }
  func start(whenReady: @escaping @Sendable () -> Void) throws(ServerError) { whenReady() }
  func stop() {}
}
