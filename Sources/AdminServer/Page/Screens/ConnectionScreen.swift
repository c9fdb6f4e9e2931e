import CacheServer

/// Who is connected, as `stats conns` tells it.
extension PageRouter {
  private static let maxRows = 500

  func connectionScreen(_ request: PageRequest) -> PageResult {
    guard let command = access.command([UInt8]("stats conns\r\n".utf8)) else {
      return message(request, .startingOrEnding, status: 503)
    }
    return .later { [unowned self] in
      guard case .ended(let answer, _) = command.poll() else { return nil }
      return connectionPage(request, ConnectionRow.rows(String(decoding: answer, as: UTF8.self)))
    }
  }

  private func connectionPage(_ request: PageRequest, _ rows: [ConnectionRow]) -> PageResult {
    let amounts = Amounts(request.language)
    let body = rows.prefix(Self.maxRows).map { row -> HTML in
      """
      <tr><td class="number">\(row.descriptor)</td><td class="key">\(row["addr"])</td><td class="key">\(row["listen_addr"])</td>\
      <td><code>\(row["state"])</code></td><td class="number">\(amounts.duration(UInt64(row["secs_since_last_cmd"]) ?? 0))</td></tr>
      """
    }
    let head = request.heads([(.number, true), (.address, false), (.comesInBy, false), (.state, false), (.idle, true)])
    let main: HTML = """
      <section id="connections" data-live><div class="scroll"><table>
      <caption>\(request.say(.connectionCaption, amounts.count(rows.count)))</caption><thead><tr>\(head)</tr></thead>
      <tbody>\(body.joined())</tbody></table></div></section>
      """
    return .page(title: request.say(.connections), main, refreshes: true)
  }
}

/// `STAT 27:addr tcp:127.0.0.1:40000`: the lines of one descriptor.
struct ConnectionRow {
  let descriptor: Int
  private var values: [String: String] = [:]

  subscript(name: String) -> String { values[name] ?? "" }

  static func rows(_ text: String) -> [ConnectionRow] {
    var rows: [ConnectionRow] = []
    for line in text.split(separator: "\r\n") {
      let words = line.split(separator: " ", maxSplits: 2)
      guard words.count == 3, words[0] == "STAT" else { continue }
      let name = words[1].split(separator: ":", maxSplits: 1)
      guard name.count == 2, let descriptor = Int(name[0]) else { continue }
      if rows.last?.descriptor != descriptor { rows.append(ConnectionRow(descriptor: descriptor)) }
      rows[rows.count - 1].values[String(name[1])] = String(words[2])
    }
    return rows
  }

  private init(descriptor: Int) { self.descriptor = descriptor }
}
