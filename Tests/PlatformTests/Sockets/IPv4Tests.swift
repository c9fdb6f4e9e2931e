import Platform
import Testing

@Suite("An IPv4 address")
struct IPv4Tests {
  @Test("is written with dots")
  func text() {
    #expect("\(IPv4(0xffff_ffff))" == "255.255.255.255")
    #expect("\(IPv4(0x0a00_0001))" == "10.0.0.1")
  }
}
