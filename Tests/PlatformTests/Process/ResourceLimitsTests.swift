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

  @Test("let cores be written, or say that they may not be")
  func cores() {
    do throws(Errno) { try ResourceLimits.allowCoreDumps() } catch { #expect(error == .notPermitted) }
  }

  @Test("let memory be locked: root without bound, others no less than before")
  func lockedMemory() throws {
    let before = ResourceLimits.lockedMemory
    try ResourceLimits.allowLockedMemory()
    #expect(ResourceLimits.lockedMemory >= before)
    #expect(!Privileges.isRoot || ResourceLimits.lockedMemory == .max)
  }
}
