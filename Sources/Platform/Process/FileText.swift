import SystemPackage

/// Whole files of text.
package enum FileText {
  package static func read(_ path: String) throws(Errno) -> String {
    String(decoding: try FileBytes.read(path), as: UTF8.self)
  }
}
