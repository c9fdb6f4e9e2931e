extension LoadPlan {
  /// What was run, in one line.
  var description: String {
    var parts = ["\(connections) connections"]
    if threads > 1 { parts.append("\(threads) threads") }
    if idleConnections > 0 { parts.append("\(idleConnections) idle besides") }
    parts.append(reconnects ? "each for one request" : "\(workload.depth) in flight")
    if let rate { parts.append("\(UInt64(rate).grouped) requests a second") }
    parts.append("\((workload.getPercent).fixed(workload.getPercent == workload.getPercent.rounded() ? 0 : 1))% get")
    if workload.keysPerGet > 1 { parts.append("\(workload.keysPerGet) keys a get") }
    let skew = workload.skew > 0 ? " (Zipf \(workload.skew))" : ""
    parts.append("\(UInt64(workload.keyCount).grouped) keys of \(workload.keys.length) B\(skew)")
    return (parts + ["values of \(workload.values.sizes.named)"]).joined(separator: ", ")
  }
}

extension ValueSizes {
  /// With the unit, where the text has none.
  fileprivate var named: String { description.allSatisfy(\.isNumber) ? "\(description) B" : description }
}

extension Workload {
  var getPercent: Double { (Double(getShare) / 0x1p32 * 1e6).rounded() / 1e4 }

  var skew: Double {
    if case .zipf(let generator) = chooser { generator.skew } else { 0 }
  }
}

extension LoadResult {
  /// What went wrong, for standard error.
  var complaints: [String] {
    var complaints: [String] = []
    if let firstWrong { complaints.append("wrong answer: \(firstWrong)") }
    if let firstError { complaints.append("the server refused: \(firstError)") }
    if counts[.lostConnections] > 0 { complaints.append("\(counts[.lostConnections]) connections were lost") }
    return complaints
  }
}
