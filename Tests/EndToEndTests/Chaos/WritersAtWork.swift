import Synchronization

/// A client that writes until it is stopped, and counts what it has done.
protocol WriterAtWork: AnyObject {
  var operationCount: Int { get }
}

extension RandomWriter: WriterAtWork {
  var operationCount: Int { operations.load(ordering: .relaxed) }
}

extension ChaosWriter: WriterAtWork {
  var operationCount: Int { operations.load(ordering: .relaxed) }
}

extension SoleWriter: WriterAtWork {
  var operationCount: Int { operations.load(ordering: .relaxed) }
}

extension Array where Element: WriterAtWork {
  var operationCount: Int { reduce(0) { $0 + $1.operationCount } }

  /// Until they have done so many operations more. The writers of a frozen daemon wait; those of the other go on.
  func wait(for operations: Int) {
    let goal = operationCount + operations
    _ = eventually(.within(.seconds(5))) { operationCount >= goal }
  }
}
