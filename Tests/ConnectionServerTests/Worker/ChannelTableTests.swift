import EventLoop
import Platform
import TestSupport
import Testing
import Transport

@testable import ConnectionServer

@Suite("The table of TLS channels")
struct ChannelTableTests {
  @Test("keeps them by token, and asks for what the others wait for where there is none") func table() throws {
    let certificates = try Certificates()
    let pair = try certificates.make("server")
    var settings = TLSSettings()
    (settings.chain, settings.key) = (pair.chain, pair.key)
    let (near, far) = try Socket.pair()
    let channel = try TLSCredentials(settings, for: .clients).context.accept(near)
    var table = ChannelTable()
    #expect(table[0] == nil && table.interest(of: 7, .writable) == .writable)
    table.insert(channel, 7)
    #expect(table[7]?.socket == near && table[6] == nil && table[8] == nil)
    #expect(table.interest(of: 7, .readable) == .readable && table.interest(of: 7, []) == [])
    let bytes: [UInt8] = [1]
    #expect(channel.send(bytes.span) == .wouldBlock, "the handshake has to be read first")
    #expect(table.interest(of: 7, .writable) == .readable)
    #expect(table.remove(7)?.socket == near && table[7] == nil && table.remove(7) == nil)
    channel.close()
    Socket.close(near)
    Socket.close(far)
  }
}
