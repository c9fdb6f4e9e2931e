import Platform
import SystemPackage
import Testing

@Suite("Another program, run")
struct ChildRunTests {
  @Test("Its output and its status are told") func output() throws {
    let run = try ChildRun.run(["sh", "-c", "echo one; echo two; exit 3"])
    #expect(run.status == 3 && run.output == "one\ntwo\n")
    #expect(try ChildRun.run(["sh", "-c", "kill -9 $$"]).status == 137)
    #expect(try ChildRun.run(["sh", "-c", "yes | head -c 1000000"]).output.utf8.count == 1_000_000)
  }

  @Test("It has this process's environment") func environment() throws {
    #expect(try ChildRun.run(["sh", "-c", "test -n \"$PATH\""]).status == 0)
  }

  @Test("One that is not there is an error") func missing() {
    #expect(throws: Errno.noSuchFileOrDirectory) { try ChildRun.run(["no-such-program-anywhere"]) }
  }
}
