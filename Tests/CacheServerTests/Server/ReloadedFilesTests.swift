import ClientLogin
import Synchronization
import Testing

@testable import CacheServer

@Suite("Files that are read again at SIGHUP")
struct ReloadedFilesTests {
  private let log = LogLines()

  private func files(user: String? = nil) -> ReloadedFiles { ReloadedFiles(user: user) { [log] in log.add($0) } }

  @Test("All are read at the start, in silence; a file that is not given is none") func start() throws {
    let files = files()
    let read = LogLines()
    files.add("-Y", "/users") {
      read.add($0); return "one user"
    }
    files.add("-Z", nil) {
      read.add($0); return ""
    }
    files.add("-o repl_secret", "/secret") {
      read.add($0); return "one secret"
    }
    try files.load()
    #expect(read.all == ["/users", "/secret"] && log.all == [])
  }

  @Test("One that cannot be used ends the start with a line, and says for whom it has to be readable")
  func unusable() {
    let files = files(user: "nobody")
    files.add("-Y", "/users") { (_) throws(ReloadFault) in throw ReloadFault("is empty") }
    let error = #expect(throws: ServerError.self) { try files.load() }
    #expect(error?.description == "-Y: /users is empty")
    let forbidden = self.files(user: "nobody")
    forbidden.add("-Y", "/a\nb") { (_) throws(ReloadFault) in throw ReloadFault("is not mine", isForbidden: true) }
    let other = #expect(throws: ServerError.self) { try forbidden.load() }
    #expect(other?.description == "-Y: /a?b is not mine (to the user of -u, nobody, who has to read it)")
  }

  @Test("Read again each has its line, and one that cannot be used does not keep the others from it") func again() {
    let files = files()
    files.add("-Y", "/users") { (_) throws(ReloadFault) in throw ReloadFault("is empty") }
    files.add("-o repl_secret", "/secret") { _ in "one secret" }
    files.reload()
    #expect(
      log.all == [
        "reload: -Y: /users is empty; what it had before is kept", "reload: -o repl_secret: /secret has one secret",
      ])
  }
}
