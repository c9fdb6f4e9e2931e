import Platform
import Testing

@testable import ClientLogin

@Suite("How long logins wait")
struct LoginThrottleTests {
  private let one = LoginOrigin.v4(1)
  private let two = LoginOrigin.v4(2)
  private static let second: UInt64 = 1_000_000_000
  private let start: UInt64 = 1000 * second

  /// Of these failures at one moment, what the next one waits, in milliseconds.
  private func delays(_ throttle: inout LoginThrottle, _ count: Int) -> [UInt64] {
    (0..<count).map { _ in
      defer { throttle.add(one, now: start) }
      return throttle.delay(one, now: start) / 1_000_000
    }
  }

  @Test("The first does not, each further one does longer than the one before, up to two seconds") func growing() {
    var throttle = LoginThrottle()
    let delays = delays(&throttle, 9)
    #expect(delays == [0, 100, 200, 400, 800, 1600, 2000, 2000, 2000])
    #expect(throttle.delay(two, now: start) == 0, "who shares no address with it does not wait")
  }

  @Test("One is forgotten each four seconds, and of a thousand no more is remembered than of twelve") func forgetting()
  {
    var throttle = LoginThrottle()
    _ = delays(&throttle, 3)
    let waits = [0, 3, 4, 8, 12, 13].map { throttle.delay(one, now: start + $0 * Self.second) / 1_000_000 }
    #expect(waits == [400, 400, 200, 100, 0, 0])
    _ = delays(&throttle, 1000)
    #expect(throttle.delay(one, now: start + 24 * Self.second) == LoginThrottle.maxDelay)
    #expect(throttle.delay(one, now: start + 48 * Self.second) == 0)
  }

  @Test("A clock that goes back does no harm") func backwards() {
    var throttle = LoginThrottle()
    throttle.add(one, now: start)
    #expect(throttle.delay(one, now: 0) == 100_000_000)
  }

  @Test("The first after a quiet time is told apart") func first() {
    var throttle = LoginThrottle()
    let told = [0, 0, 8].map { throttle.add(one, now: start + $0 * Self.second) }
    #expect(told == [true, false, true])
  }

  @Test("What was right is not counted") func forgiven() {
    var throttle = LoginThrottle()
    throttle.add(one, now: start)
    throttle.add(one, now: start)
    throttle.forgive(one, now: start)
    #expect(throttle.delay(one, now: start) == 100_000_000)
    throttle.forgive(one, now: start)
    throttle.forgive(one, now: start)
    #expect(throttle.delay(one, now: start) == 0)
  }

  @Test("Of many addresses those that have been quiet longest are forgotten") func many() {
    var throttle = LoginThrottle()
    for address in 0...UInt32(LoginThrottle.maxAddresses) { throttle.add(.v4(address), now: start + UInt64(address)) }
    #expect(throttle.delay(.v4(0), now: start + 5000) == 0)
    #expect(throttle.delay(.v4(1), now: start + 5000) > 0)
    #expect(throttle.delay(.v4(4096), now: start + 5000) > 0)
  }

  @Test("Clients of one host come from one place, of IPv6 those of one network, and of the unix socket all")
  func origins()
    throws
  {
    func origin(_ host: String, _ port: UInt16 = 1) throws -> LoginOrigin {
      let client: SocketAddress = try #require(.numeric(host: host, port: port))
      return LoginOrigin(client)
    }
    #expect(try origin("10.0.0.1") == origin("10.0.0.1", 2) && origin("10.0.0.1") == origin("::ffff:10.0.0.1"))
    #expect(try origin("10.0.0.1") != origin("10.0.0.2"))
    #expect(try origin("2001:db8::1") == origin("2001:db8::2:3:4:5"))
    #expect(try origin("2001:db8::1") != origin("2001:db8:0:1::1"))
    #expect(LoginOrigin(.unix(path: "a")) == LoginOrigin(nil))
  }
}
