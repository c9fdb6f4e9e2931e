import CacheServer
import Platform
import SystemPackage

/// What the flags ask of the kernel's limits for this process: before root is given up, which alone may lift them.
enum ProcessLimits {
  /// - Parameter settings: what follows from a limit that stays too low, and was not asked to be high, is put right there.
  static func raise(for settings: inout Settings) throws(Failure) {
    if settings.maximizesCore {
      try Failure.system("cannot raise the core limit for -r") { () throws(Errno) in
        try ResourceLimits.allowCoreDumps()
      }
    }
    if settings.locksMemory {
      _ = Warning.ifFails("cannot raise the limit of locked memory for -k") { () throws(Errno) in
        try ResourceLimits.allowLockedMemory()
      }
    }
    try raiseDescriptors(for: &settings)
  }

  private static func raiseDescriptors(for settings: inout Settings) throws(Failure) {
    let reserved = settings.reservedDescriptors
    let wanted = settings.maxConnections + reserved
    do {
      try ResourceLimits.raiseOpenFiles(to: wanted)
    } catch {
      let refusal = Failure("cannot have \(wanted) open files for -c \(settings.maxConnections): \(error)", .system)
      guard !settings.isConnectionLimitGiven,
        let allowed = try? ResourceLimits.raiseOpenFilesAsFarAsAllowed(to: wanted), allowed > reserved
      else { throw refusal }
      settings.maxConnections = allowed - reserved
      Warning.say("\(allowed) open files are allowed: at most \(settings.maxConnections) connections")
    }
  }
}
