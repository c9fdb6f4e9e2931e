import Glibc
import SystemPackage

/// A user of this system, as the password database knows it.
package struct UserAccount: Sendable, Equatable {
  package let name: String
  package let userID: UInt32
  package let groupID: UInt32

  /// - Parameter group: of another group than the password database says.
  package init(named name: String, group: String?) throws(PrivilegeError) {
    let account = try UserAccount(named: name)
    let groupID = try group.map { (group) throws(PrivilegeError) in try Self.groupID(group) }
    self.name = name
    userID = account.userID
    self.groupID = groupID ?? account.groupID
  }

  private static func groupID(_ name: String) throws(PrivilegeError) -> UInt32 {
    var entry = unsafe Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    var strings = [CChar](repeating: 0, count: 16 * 1024)
    let error = unsafe getgrnam_r(name, &entry, &strings, strings.count, &found)
    if error != 0 { throw .lookupFailed(name, Errno(rawValue: error)) }
    guard unsafe found != nil else { throw .noSuchGroup(name) }
    return unsafe entry.gr_gid
  }

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
