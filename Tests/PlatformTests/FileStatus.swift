import Glibc
import Testing

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
