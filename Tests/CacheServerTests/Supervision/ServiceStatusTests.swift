import Replication
import Testing

@testable import CacheServer

@Suite("The line of a service's status")
struct ServiceStatusTests {
  @Test("It tells the pair's state in the words of stats replication, and who the peer is") func words() {
    var link = ReplicationStatus()
    link.state = .stream
    link.peer = "10.0.0.2:4711"
    #expect(ServiceStatus.line(.serving, link) == "Serving, state stream, peer 10.0.0.2:4711")
    link.peer = nil
    link.state = .listen
    #expect(ServiceStatus.line(.serving, link) == "Serving, state listen, no peer")
    link.wantedPeer = "host-b:11212"
    link.state = .connect
    #expect(ServiceStatus.line(.starting, link) == "Starting, state connect, no peer, looks for host-b:11212")
    #expect(ServiceStatus.line(.stopping, nil) == "Stopping, replication off")
  }

  @Test("A name of more than one line does not become one of the manager's own") func oneLine() {
    var link = ReplicationStatus()
    link.wantedPeer = "a\nREADY=1"
    #expect(!ServiceStatus.line(.serving, link).contains("\n"))
  }
}
