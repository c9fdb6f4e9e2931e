import Glibc
import SystemPackage

// Giving up root for good: the groups first, while that is still allowed, then the group, then the user, real, effective
// and saved. Afterwards it is tried whether root can be had back; if it can, the process must not go on.
//
// Who may not change groups (EPERM: a container without CAP_SETGID, a user namespace) has few rights to give up. He keeps
// his supplementary groups and goes on, as memcached does, if all the rest is as it should be.

package enum Privileges {
  package static var isRoot: Bool { geteuid() == 0 }

  /// The supplementary groups after the change.
  package enum Groups: Sendable {
    case changed, kept
  }

  package static func drop(to account: UserAccount) throws(PrivilegeError) -> Groups {
    let group = account.groupID
    let user = account.userID
    let groups = try changeGroups(to: account)
    try require(HiddenFunctions.setresgid(group, group, group), account)
    try require(HiddenFunctions.setresuid(user, user, user), account)
    guard getuid() == user, geteuid() == user, getgid() == group, getegid() == group else {
      throw .notChanged(account.name)
    }
    if user != 0, setuid(0) == 0 || seteuid(0) == 0 || isRoot { throw .rootRegained(account.name) }
    return groups
  }

  private static func changeGroups(to account: UserAccount) throws(PrivilegeError) -> Groups {
    if unsafe initgroups(account.name, account.groupID) == 0 { return .changed }
    if errno == EPERM { return .kept }
    throw .refused(account.name, .last)
  }

  private static func require(_ result: Int32, _ account: UserAccount) throws(PrivilegeError) {
    if result != 0 { throw .refused(account.name, .last) }
  }
}
