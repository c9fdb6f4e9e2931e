import Glibc
import SystemPackage

/// A counter of the kernel's that makes a descriptor readable while it is above zero: eventfd(2).
package enum EventDescriptor {
  package static func make() throws(Errno) -> FileDescriptor {
    // EFD_NONBLOCK and EFD_CLOEXEC are these by definition.
    let descriptor = HiddenFunctions.eventfd(0, O_NONBLOCK | O_CLOEXEC)
    try check(descriptor)
    return FileDescriptor(rawValue: descriptor)
  }

  /// A counter that is full is readable already, so a refusal does not matter.
  package static func add(_ descriptor: FileDescriptor) {
    var one: UInt64 = 1
    _ = retryingInterrupts { unsafe write(descriptor.rawValue, &one, 8) }
  }

  /// What the counter stood at; it is zero afterwards.
  package static func take(_ descriptor: FileDescriptor) -> Int {
    var count: UInt64 = 0
    _ = retryingInterrupts { unsafe read(descriptor.rawValue, &count, 8) }
    return Int(truncatingIfNeeded: count)
  }

  package static func drain(_ descriptor: FileDescriptor) {
    var count: UInt64 = 0
    _ = retryingInterrupts { unsafe read(descriptor.rawValue, &count, 8) }
  }
}
