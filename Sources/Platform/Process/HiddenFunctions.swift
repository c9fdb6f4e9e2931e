import Glibc

// Functions that glibc has and Swift's import of its headers hides: those behind _GNU_SOURCE or in a header that its
// module leaves out, and fork, which the importer marks unavailable (Daemon.swift says why it is safe there). They are
// asked of the dynamic linker by name, once, and called by the C convention; no C file and no guess about Swift's own
// calling convention is needed. glibc has had each of them for more than a decade, so a missing one is a broken
// installation.

enum HiddenFunctions {
  typealias Accept4 =
    @convention(c) (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?, Int32) -> Int32
  typealias NameThread = @convention(c) (pthread_t, UnsafePointer<CChar>) -> Int32
  typealias EventDescriptor = @convention(c) (UInt32, Int32) -> Int32
  typealias CreatePoller = @convention(c) (Int32) -> Int32
  typealias ControlPoller = @convention(c) (Int32, Int32, Int32, UnsafeMutableRawPointer?) -> Int32
  typealias WaitForPoller = @convention(c) (Int32, UnsafeMutableRawPointer, Int32, Int32) -> Int32
  typealias PrecisePoll =
    @convention(c) (UnsafeMutablePointer<pollfd>, nfds_t, UnsafePointer<timespec>, UnsafePointer<sigset_t>?) -> Int32
  typealias Fork = @convention(c) () -> pid_t
  typealias ChangeUsers = @convention(c) (uid_t, uid_t, uid_t) -> Int32
  typealias ChangeGroups = @convention(c) (gid_t, gid_t, gid_t) -> Int32

  typealias TrimHeap = @convention(c) (Int) -> Int32

  @safe static let accept4 = unsafe find("accept4", as: Accept4.self)
  @safe static let nameThread = unsafe find("pthread_setname_np", as: NameThread.self)
  @safe static let eventfd = unsafe find("eventfd", as: EventDescriptor.self)
  @safe static let epollCreate = unsafe find("epoll_create1", as: CreatePoller.self)
  @safe static let epollControl = unsafe find("epoll_ctl", as: ControlPoller.self)
  @safe static let epollWait = unsafe find("epoll_wait", as: WaitForPoller.self)
  @safe static let ppoll = unsafe find("ppoll", as: PrecisePoll.self)
  @safe static let fork = unsafe find("fork", as: Fork.self)
  @safe static let setresuid = unsafe find("setresuid", as: ChangeUsers.self)
  @safe static let setresgid = unsafe find("setresgid", as: ChangeGroups.self)
  @safe static let mallocTrim = unsafe find("malloc_trim", as: TrimHeap.self)

  /// Unsafe: the type must be the function's.
  @unsafe private static func find<Function>(_ name: String, as type: Function.Type) -> Function {
    guard let symbol = unsafe dlsym(nil, name) else { fatalError("the C library has no \(name)") }
    return unsafe unsafeBitCast(symbol, to: type)
  }
}
