/// Which keys are asked for, one after the other: made, or recorded elsewhere.
enum Trace: Sequence, Sendable, Equatable {
  case synthetic(TraceShape)
  case recorded([UInt32])

  var requestCount: UInt64 {
    switch self {
    case .synthetic(let shape): shape.requestCount
    case .recorded(let keys): UInt64(keys.count)
    }
  }

  func makeIterator() -> AnyIterator<UInt32> {
    switch self {
    case .synthetic(let shape): AnyIterator(TraceSource(shape))
    case .recorded(let keys): AnyIterator(keys.makeIterator())
    }
  }
}
