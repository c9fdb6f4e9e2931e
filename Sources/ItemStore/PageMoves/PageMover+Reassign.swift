/// A page moved from one class to another because somebody asks for it, `slabs reassign`, and whether the balancer may
/// move any: `slabs automove`.
///
/// The move is noted here and carried out by the maintenance thread in its next round, as the balancer's own are.
extension PageMover {
  /// Has a page moved.
  ///
  /// - Parameters:
  ///   - source: the class that gives the page; 0: the pool, -1: the class that has most pages.
  ///   - target: the class that gets it; 0: the pool.
  func reassignPage(from source: Int, to target: Int) -> ItemStore.Reassignment {
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

  /// -1 where none has a page to spare.
  private func largestClass(but target: Int) -> Int {
    let pages = (1...slabs.classCount).map { (number: $0, count: slabs.load(UInt8($0)).pageCount) }
    return pages.filter { $0.number != target && $0.count > 1 }.max { $0.count < $1.count }?.number ?? -1
  }

  private func takeFromPool(for receiver: UInt8?) -> ItemStore.Reassignment {
    let page = slabs.takeFromPool(evenBeyondLimit: false)
    if page < 0 { return .noSpare }
    slabs.givePage(page, to: receiver)
    return .begun
  }

  var automoveLevel: Int { balancer.automoveWord.load(ordering: .relaxed) }

  /// Begins what was asked for, on the maintenance thread.
  func beginRequested() -> Bool {
    guard let asked = balancer.state.withLock({ $0.asked }) else { return false }
    let page = slabs.closePage(of: asked.donor)
    balancer.state.withLock { state in
      state.asked = nil
      guard let page else { return }
      state.move = PageBalancer.Move(page: page, slabClass: asked.donor, receiver: asked.receiver, isAsked: true)
    }
    if page != nil { evictor.watch.tellMove(from: asked.donor, to: asked.receiver) }
    return page != nil
  }
}

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
    pageMover.reassignPage(from: source, to: target)
  }

  /// 0: no class loses a page that its items fill, but by `reassignPage` and for a lower limit, whatever the others lack. Pages whose items
  /// fit others of their class are still emptied. 1 and 2 are alike: pages move as needed.
  package var automoveLevel: Int { pageMover.automoveLevel }
  package func setAutomove(level: Int) { pageMover.balancer.automoveWord.store(level, ordering: .relaxed) }
}
