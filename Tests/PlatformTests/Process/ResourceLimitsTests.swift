import Platform
import SystemPackage
import Testing

@Suite("Resource limits")
struct ResourceLimitsTests {
  @Test("are not lowered by asking for less")
  func less() throws {
    let before = ResourceLimits.openFiles
    try ResourceLimits.raiseOpenFiles(to: 1)
    #expect(before > 0 && ResourceLimits.openFiles == before)
  }

  @Test("say so when more is asked than can be had")
  func tooMany() {
    #expect(throws: Errno.notPermitted) { try ResourceLimits.raiseOpenFiles(to: .max) }
  }

  @Test("are raised as far as the hard one when more is asked than may be had, and are not lowered")
  func asFarAsAllowed() throws {
    let allowed = try ResourceLimits.raiseOpenFilesAsFarAsAllowed(to: .max)
    #expect(allowed == ResourceLimits.openFiles)
    #expect(throws: Errno.notPermitted) { try ResourceLimits.raiseOpenFiles(to: .max) }
    #expect(try ResourceLimits.raiseOpenFilesAsFarAsAllowed(to: 1) == allowed)
    #expect(ResourceLimits.openFiles == allowed)
  }

  @Test("tell whether addresses are counted")
  func addressSpace() {
    // No test runs with `ulimit -v`, and under the sanitizers none could.
    #expect(!ResourceLimits.isAddressSpaceLimited)
  }

  @Test("let cores be written, or say that they may not be")
  func cores() {
    do throws(Errno) { try ResourceLimits.allowCoreDumps() } catch { #expect(error == .notPermitted) }
  }

  @Test("let memory be locked: without bound where that is allowed, else as much as is")
  func lockedMemory() throws {
    let before = ResourceLimits.lockedMemory
    try ResourceLimits.allowLockedMemory()
    #expect(ResourceLimits.lockedMemory >= before)
    #expect(!mayLiftLimits || ResourceLimits.lockedMemory == .max)
  }

  /// CAP_SYS_RESOURCE: root of a container may lack it.
  private var mayLiftLimits: Bool {
    let status = (try? FileText.read("/proc/self/status")) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
    let word = line.flatMap { $0.split(separator: "\t").last }.flatMap { UInt64($0, radix: 16) } ?? 0
    return word & 1 << 24 != 0
  }
}
