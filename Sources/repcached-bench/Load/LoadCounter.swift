/// What a worker counts while it runs.
enum LoadCounter: Int, CaseIterable, Sendable {
  /// Answered requests.
  case gets, sets
  /// Keys of gets.
  case hits, misses
  /// Answers that no right server gives: another value, another key, another kind of answer.
  case wrong
  /// Requests that the server refused in words.
  case errors
  /// Connections that the server closed or the network broke, and the requests that went with them.
  case lostConnections, unanswered
  /// Requests of an open loop that were due and never sent.
  case unsent
  case bytesSent, bytesReceived
}
