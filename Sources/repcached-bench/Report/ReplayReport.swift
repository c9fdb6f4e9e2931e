/// What a replay came to, for people and for programs.
struct ReplayReport {
  let counts: ReplayCounts

  init(_ counts: ReplayCounts) { self.counts = counts }

  var line: String {
    let seconds = Double(counts.nanoseconds) / 1e9
    var line = "\(counts.requests.grouped) requests, \(counts.misses.grouped) misses "
    line += "(\((counts.missRatio * 100).fixed(3)) %), \(counts.sets.grouped) sets in \(seconds.fixed(1)) s"
    if counts.refused > 0 { line += ", \(counts.refused.grouped) refused" }
    if counts.wrong > 0 { line += ", \(counts.wrong.grouped) WRONG" }
    return line
  }

  var json: String {
    JSON.object([
      "requests": .integer(counts.requests), "misses": .integer(counts.misses), "sets": .integer(counts.sets),
      "refused": .integer(counts.refused), "wrong": .integer(counts.wrong),
      "seconds": .number(Double(counts.nanoseconds) / 1e9),
    ]).text()
  }
}
