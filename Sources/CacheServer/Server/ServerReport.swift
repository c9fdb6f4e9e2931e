/// What a server tells those who look after it, from any thread: its tables of statistics, and whether clients are taken in.
///
/// It outlives the server's end, and tells then that there is nothing to tell.
package struct ServerReport: Sendable {
  /// Clients are taken in, or wait because there are as many as there may be.
  package let isServing: @Sendable () -> Bool
  /// The metrics of a group of `stats`; nil before the server's threads are there and after its end, and for no group.
  package let samples: @Sendable (_ group: String) -> [MetricSample]?

  package init(
    isServing: @escaping @Sendable () -> Bool, samples: @escaping @Sendable (_ group: String) -> [MetricSample]?
  ) {
    (self.isServing, self.samples) = (isServing, samples)
  }

  init(_ context: ServerContext) {
    self.init(isServing: { context.isServing }, samples: { context.samples($0) })
  }
}
