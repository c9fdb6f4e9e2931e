/// A page moved from one class to another because somebody asks for it: `slabs reassign`.
///
/// The move is noted here and carried out by the maintenance thread in its next round, as the balancer's own are.
extension ItemStore {
  /// What a request for a page came to; named as memcached answers.
  package enum Reassignment: Sendable {
    case begun
    /// Another is under way.
    case busy
    case badClass
    /// The source has fewer than two pages.
    case noSpare
    case same
  }

  /// Has a page moved.
  ///
  /// - Parameters:
  ///   - source: the class that gives the page; 0: the pool, -1: the class that has most pages.
  ///   - target: the class that gets it; 0: the pool.
  package func reassignPage(from source: Int, to target: Int) -> Reassignment {
    let classes = 0...slabs.classCount
    if source == target { return .same }
    let donor = source == -1 ? largestClass(but: target) : source
    guard classes.contains(donor), classes.contains(target) else { return .badClass }
    let receiver = target == 0 ? nil : UInt8(target)
    if donor == 0 { return takeFromPool(for: receiver) }
    if slabs.load(UInt8(donor)).pageCount < 2 { return .noSpare }
    return balancer.state.withLock { state in
      if state.move != nil || state.asked != nil { return .busy }
      state.asked = PageBalancer.Decision(donor: UInt8(donor), receiver: receiver)
      return .begun
    }
  }

  private func largestClass(but target: Int) -> Int {
    let others = (1...slabs.classCount).filter { $0 != target }
    return others.max { slabs.load(UInt8($0)).pageCount < slabs.load(UInt8($1)).pageCount } ?? target
  }

  private func takeFromPool(for receiver: UInt8?) -> Reassignment {
    let page = slabs.takeFromPool(evenBeyondLimit: false)
    if page < 0 { return .noSpare }
    slabs.givePage(page, to: receiver)
    return .begun
  }

  /// Begins what was asked for, on the maintenance thread.
  func beginAsked() -> Bool {
    guard let asked = balancer.state.withLock({ $0.asked }) else { return false }
    let page = slabs.closePage(of: asked.donor)
    balancer.state.withLock { state in
      state.asked = nil
      guard let page else { return }
      state.move = PageBalancer.Move(page: page, slabClass: asked.donor, receiver: asked.receiver, isAsked: true)
    }
    return page != nil
  }
}
