import Glibc
import Testing

@Suite("What the tests start")
struct KernelTests {
  @Test("has its standard streams and nothing else that this process has open") func inheritsNothing() throws {
    let inheritable = dup(2)
    defer { Kernel.close(inheritable) }
    // The last is the folder that it lists.
    let run = try Run(["-c", "echo $(ls /proc/self/fd)"], program: "/bin/sh")
    #expect(run.output == "0 1 2 3\n", "\(run)")
  }
}
