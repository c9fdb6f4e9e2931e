import CacheServer
import Platform

/// `--check`: what a start would meet, in the order of one, and nothing started. 0, or 1 where something is wrong.
enum Check {
  static func run(_ settings: Settings) throws(Failure) {
    Launch.ignoreSignals()
    var check = StartCheck(settings)
    let account = try account(settings, &check)
    check.checkSystem()
    if let account {
      // Files are read by who reads them in a daemon.
      _ = try Failure.system { () throws(PrivilegeError) in try Privileges.drop(to: account) }
    }
    check.checkFilesAndPeer()
    print(check.report.text, terminator: "")
    if !check.report.isGood { ProcessIdentity.exit(1) }
  }

  /// An unknown user is one of the things that may be wrong.
  private static func account(_ settings: Settings, _ check: inout StartCheck) throws(Failure) -> UserAccount? {
    do throws(Failure) {
      return try Launch.account(for: settings)
    } catch {
      if error.status == .usage { throw error }
      check.report.add(.wrong, "-u: \(error.message)")
      return nil
    }
  }
}
