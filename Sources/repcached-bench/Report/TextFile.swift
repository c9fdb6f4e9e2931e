import SystemPackage

enum TextFile {
  /// Replaces the file's text; `-` is standard output.
  static func write(_ text: String, to name: String) throws {
    if name == "-" {
      try FileDescriptor.standardOutput.writeAll(text.utf8)
      return
    }
    let permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
    let file = try FileDescriptor.open(
      FilePath(name), .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: permissions)
    try file.closeAfter { _ = try file.writeAll(text.utf8) }
  }
}
