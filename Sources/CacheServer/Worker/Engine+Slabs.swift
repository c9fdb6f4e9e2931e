import ItemStore
import MemcacheProtocol

/// `slabs reassign` and `slabs automove`.
extension Engine {
  mutating func execute(_ command: SlabsCommand, _ noreply: Bool) {
    var result = ReassignAnswer.begun
    switch command {
    case .reassign(let source, let target):
      result = ReassignAnswer(store.reassignPage(from: Int(source), to: Int(target)))
    case .automove(let level): store.setAutomove(level: Int(level))
    // Where pages come from is the balancer's own choice.
    case .tuneAutomove: break
    }
    if !noreply { output.append(result.line) }
  }
}

extension ReassignAnswer {
  fileprivate init(_ reassignment: ItemStore.Reassignment) {
    self =
      switch reassignment {
      case .begun: .begun
      case .busy: .busy
      case .badClass: .badClass
      case .noSpare: .noSpare
      case .same: .same
      }
  }
}
