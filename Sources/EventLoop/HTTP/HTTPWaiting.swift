import CLibevent

// Requests whose answer is made elsewhere: looked at every twenty milliseconds, while there are any.
//
//    add ──▶ [request, look] ──timer──▶ look() ──┬─ nil: again
//                                                └─ response ──▶ evhttp, which sends it, or frees the request of who has gone
//
// A client that goes away meanwhile takes its connection with it, and evhttp leaves the request to us, without one: an answer to
// that frees it. Invariant: each request here is answered once, or freed at the end.
@safe final class HTTPWaiting {
  @safe private struct Entry {
    let request: OpaquePointer
    let look: () -> HTTPResponse?
  }

  private let connections: HTTPConnections
  private var entries: [Entry] = []
  private var timer: Timer?

  private static let interval = Duration.milliseconds(20)

  init(loop: EventLoop, _ connections: HTTPConnections) {
    self.connections = connections
    timer = Timer(loop: loop) { [unowned self] in lookAtAll() }
  }

  @unsafe func add(_ request: OpaquePointer, _ look: @escaping () -> HTTPResponse?) {
    unsafe entries.append(Entry(request: request, look: look))
    if timer?.isScheduled == false { timer?.schedule(every: Self.interval) }
  }

  private func lookAtAll() {
    let looked = entries
    entries = []
    for entry in looked {
      if let response = entry.look() {
        unsafe HTTPAnswer.send(response, to: entry.request, connections)
      } else {
        entries.append(entry)
      }
    }
    if entries.isEmpty { timer?.cancel() }
  }

  /// evhttp is about to be freed, and with it all requests that still have a connection.
  func end() {
    timer = nil
    for entry in entries where unsafe evhttp_request_get_connection(entry.request) == nil {
      unsafe evhttp_request_free(entry.request)
    }
    entries.removeAll()
  }
}
