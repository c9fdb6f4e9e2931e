import Glibc
import Platform
import SystemPackage
import Testing

@Suite("An event descriptor")
struct EventDescriptorTests {
  @Test("is readable from an addition until it is drained")
  func readable() throws {
    let descriptor = try EventDescriptor.make()
    #expect(!isReadable(descriptor))
    EventDescriptor.add(descriptor)
    EventDescriptor.add(descriptor)
    #expect(isReadable(descriptor))
    EventDescriptor.drain(descriptor)
    #expect(!isReadable(descriptor))
    Socket.close(descriptor)
  }

  private func isReadable(_ descriptor: FileDescriptor) -> Bool {
    var entry = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&entry, 1, 0) == 1
  }
}
