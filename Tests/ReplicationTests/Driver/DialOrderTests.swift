import Platform
import Testing

@testable import Replication

@Suite struct DialOrderTests {
  private let a = SocketAddress.loopback4(port: 1)
  private let b = SocketAddress.loopback4(port: 2)
  private let c = SocketAddress.loopback4(port: 3)

  private func all(_ order: inout DialOrder) -> [SocketAddress] {
    var addresses: [SocketAddress] = []
    while let next = order.next() { addresses.append(next) }
    return addresses
  }

  @Test("each address has its turn before any has another one, however the resolver turns them")
  func turns() {
    var order = DialOrder()
    order.begin([a, b, c])
    #expect(order.hasUntried)
    #expect(order.next() == a)
    order.noteTried(a)
    order.begin([a, c, b])
    #expect(all(&order) == [c, b, a])
    order.noteTried(c)
    order.begin([c, a, b])
    #expect(order.next() == b && order.hasUntried)
    order.noteTried(b)
    #expect(!order.hasUntried)
    order.begin([c, a, b])
    #expect(all(&order) == [c, a, b])
  }

  @Test("an address that is new comes first, and one that is gone is not missed")
  func change() {
    var order = DialOrder()
    order.begin([a, b])
    order.noteTried(a)
    order.begin([a, c])
    #expect(all(&order) == [c, a])
    order.noteTried(c)
    order.noteTried(b)
    #expect(!order.hasUntried)
    order.begin([b])
    #expect(all(&order) == [b] && order.hasUntried)
  }

  @Test("a dial that has ended has no next, and a name with a thousand addresses has sixteen")
  func bounds() {
    var order = DialOrder()
    order.begin([a, b])
    order.end()
    #expect(order.next() == nil)
    order.begin((1...1000).map { .loopback4(port: $0) })
    #expect(all(&order).count == 16)
  }

  @Test("all are dialled within the limit")
  func pauses() {
    var order = DialOrder()
    order.begin([a])
    #expect(order.pause(within: .seconds(1)) == .milliseconds(250))
    order.begin((1...16).map { .loopback4(port: $0) })
    #expect(order.pause(within: .seconds(1)) * 16 < .seconds(1))
    #expect(order.pause(within: .zero) == .zero)
  }
}
