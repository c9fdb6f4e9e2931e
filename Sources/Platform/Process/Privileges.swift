import Glibc
import SystemPackage

// Giving up root for good: the groups first, while that is still allowed, then the group, then the user, real, effective
// and saved. Afterwards it is tried whether root can be had back; if it can, the process must not go on.

package enum Privileges {
  package static var isRoot: Bool { geteuid() == 0 }

  package static func drop(to account: UserAccount) throws(PrivilegeError) {
    let group = account.groupID
    let user = account.userID
    try require(unsafe initgroups(account.name, group), account)
    try require(HiddenFunctions.setresgid(group, group, group), account)
    try require(HiddenFunctions.setresuid(user, user, user), account)
    guard getuid() == user, geteuid() == user, getgid() == group, getegid() == group else {
      throw .notChanged(account.name)
    }
    if user != 0, setuid(0) == 0 || seteuid(0) == 0 || isRoot { throw .rootRegained(account.name) }
  }

  private static func require(_ result: Int32, _ account: UserAccount) throws(PrivilegeError) {
    if result != 0 { throw .refused(account.name, .last) }
  }
}
