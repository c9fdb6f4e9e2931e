/// What a server says of its pair: the line `state` of `stats replication`.
package enum PairState: Hashable, Sendable {
  /// It has what its peer has.
  case complete
  /// It may lack something: a copy is under way, or there is no link.
  case filling

  /// A server that knows no pairs is complete: it answers an error, or no such line.
  package init(_ outcome: Result<Outcome, RequestFailure>) {
    guard case .success(.statistics(let lines)) = outcome,
      let state = lines.first(where: { $0.name == "state" })?.value
    else {
      self = .complete
      return
    }
    self = state == "stream" || state == "off" ? .complete : .filling
  }
}
