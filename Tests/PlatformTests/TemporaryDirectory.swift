import Glibc
import Testing

/// An empty directory of the test's own, removed with what is in it.
final class TemporaryDirectory {
  let path: String

  init() throws {
    var template = Array("/tmp/repcached-test-XXXXXX".utf8CString)
    try #require(unsafe mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in names { unsafe unlink(path + "/" + name) }
    unsafe rmdir(path)
  }

  func file(_ name: String) -> String {
    names.insert(name)
    return path + "/" + name
  }

  private var names: Set<String> = []
}

/// Permission bits of what stands at a path; nil is nothing.
func mode(of path: String) -> mode_t? {
  var status = stat()
  return unsafe lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
}

/// The user whom it belongs to.
func owner(of path: String) -> uid_t? {
  var status = stat()
  return unsafe lstat(path, &status) == 0 ? status.st_uid : nil
}

func writeFile(_ path: String, _ text: String) throws {
  let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
  try #require(file >= 0)
  #expect(unsafe write(file, text, text.utf8.count) == text.utf8.count)
  close(file)
}
