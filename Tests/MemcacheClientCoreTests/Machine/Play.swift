import KeyDistribution
import Testing

@testable import MemcacheClientCore

/// A machine played with by hand: the test is its servers, its sockets and its clock.
struct Play {
  var machine: ClientMachine
  var now = Duration.zero
  var results: [UInt64: Result<Outcome, RequestFailure>] = [:]
  var notes: [ClientNote] = []
  /// What was sent on each open connection, and not looked at yet.
  var sent: [LinkID: String] = [:]
  var connecting: [(id: LinkID, address: ClientSettings.Address)] = []
  var closed: [LinkID] = []

  /// Servers by port; "1|2" is a pair.
  init(_ servers: String..., change: (inout ClientSettings) -> Void = { _ in }) {
    let members = servers.map { text in
      let ports = text.split(separator: "|").compactMap { UInt16($0) }
      return ClientSettings.Member(
        server: Server(host: "h", port: ports[0]), addresses: ports.map { .init(host: "h", port: $0) })
    }
    var settings = ClientSettings(members: members, distribution: .phpMemcacheStandard(.crc32))
    change(&settings)
    machine = ClientMachine(settings, now: .zero)
    act()
  }

  mutating func act() {
    machine.tick(now)
    for action in machine.takeActions() {
      switch action {
      case .connect(let id, let address): connecting.append((id, address))
      case .send(let id, let bytes): sent[id, default: ""] += String(decoding: bytes, as: UTF8.self)
      case .close(let id):
        sent[id] = nil
        connecting.removeAll { $0.id == id }
        closed.append(id)
      case .complete(let id, let result):
        #expect(results[id] == nil, "completed twice")
        results[id] = result
      case .note(let note): notes.append(note)
      }
    }
  }

  mutating func submit(_ id: UInt64, _ command: Command) {
    machine.submit(id, command, now)
    act()
  }

  mutating func get(_ id: UInt64, _ key: String = "k") { submit(id, .get(key: Array(key.utf8), exptime: nil)) }

  mutating func incr(_ id: UInt64) { submit(id, .arithmetic(key: Array("k".utf8), delta: 1, isIncrement: true)) }

  mutating func set(_ id: UInt64) {
    submit(id, .store(.set, key: Array("k".utf8), value: [118], flags: 0, exptime: 0, casUnique: 0))
  }

  /// The server on this port takes the connection and answers the greeting.
  @discardableResult
  mutating func accept(_ port: UInt16, meta: Bool = true, state: String? = nil) -> LinkID? {
    guard let place = connecting.firstIndex(where: { $0.address.port == port }) else { return nil }
    let id = connecting.remove(at: place).id
    machine.connected(id, now)
    act()
    let stats = state.map { "STAT state \($0)\r\nEND\r\n" } ?? ""
    let needsState = sent[id]?.contains("stats replication") == true
    sent[id] = ""
    answer(id, (meta ? "MN\r\n" : "ERROR\r\n") + (needsState && state == nil ? "STAT state stream\r\nEND\r\n" : stats))
    return id
  }

  mutating func refuse(_ port: UInt16) {
    guard let place = connecting.firstIndex(where: { $0.address.port == port }) else { return }
    machine.closed(connecting.remove(at: place).id, "refused", now)
    act()
  }

  mutating func answer(_ id: LinkID?, _ text: String) {
    guard let id else { return }
    let bytes = Array(text.utf8)
    if let count = machine.received(id, bytes.span, now) { #expect(count == bytes.count, "\(text) left over") }
    act()
  }

  mutating func close(_ id: LinkID?) {
    guard let id else { return }
    machine.closed(id, "closed", now)
    act()
  }

  mutating func takeSent(_ id: LinkID?) -> String {
    guard let id else { return "" }
    defer { sent[id] = "" }
    return sent[id] ?? ""
  }

  /// Lets time pass, and the machine wake whenever it wants to.
  mutating func pass(_ time: Duration) {
    let end = now + time
    while let due = machine.nextDeadline(), due <= end {
      now = max(now, due)
      machine.tick(now)
      act()
    }
    now = end
    machine.tick(now)
    act()
  }
}
