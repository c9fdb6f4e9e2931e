import Glibc
import SystemPackage

/// A user of this system, as the password database knows it.
package struct UserAccount: Sendable, Equatable {
  package let name: String
  package let userID: UInt32
  package let groupID: UInt32

  package init(named name: String) throws(PrivilegeError) {
    var entry = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    var strings = [CChar](repeating: 0, count: 16 * 1024)
    let error = unsafe getpwnam_r(name, &entry, &strings, strings.count, &found)
    if error != 0 { throw .lookupFailed(name, Errno(rawValue: error)) }
    guard unsafe found != nil else { throw .noSuchUser(name) }
    self.name = name
    userID = unsafe entry.pw_uid
    groupID = unsafe entry.pw_gid
  }
}
