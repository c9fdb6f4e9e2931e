import Glibc
import SystemPackage

/// Where a person looks.
package enum Terminal {
  package static func isTerminal(_ file: FileDescriptor) -> Bool { isatty(file.rawValue) == 1 }
}
