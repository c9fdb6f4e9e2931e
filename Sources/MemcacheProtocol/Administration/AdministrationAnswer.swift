/// What those who look after the cache are answered, byte for byte as memcached 1.6.45 does.
package enum AdministrationAnswer: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case memoryLimitTooSmall, memoryLimitNoMegabytes, memoryLimitFailed
  case lruShares, lruFactors
  case crawlerDisabled, crawlerRunning, crawlerSleep, crawlerFailed
  case badClass, nothingToCrawl
  case metadumpNotAllowed, keyDumpNotAllowed, cachedumpNotAllowed, detailNotAllowed
  case metadumpPipelined, keyDumpPipelined
  case watchNotAllowed, watchPipelined, tooManyWatchers
  case noStatistics, illegalClass, detailUsage

  /// The whole answer with its CRLF.
  package var line: StaticString {
    switch self {
    case .memoryLimitTooSmall: "MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m\r\n"
    case .memoryLimitNoMegabytes: "MEMLIMIT_ADJUST_FAILED input value is megabytes not bytes\r\n"
    case .memoryLimitFailed: "MEMLIMIT_ADJUST_FAILED out of bounds or unable to adjust\r\n"
    case .lruShares: "ERROR hot and warm pcts must not exceed 80\r\n"
    case .lruFactors: "ERROR hot/warm age factors must be greater than 0\r\n"
    case .crawlerDisabled: "CLIENT_ERROR lru crawler disabled\r\n"
    case .crawlerRunning: "ERROR failed to start lru crawler thread\r\n"
    case .crawlerSleep: "CLIENT_ERROR sleep must be one second or less\r\n"
    case .crawlerFailed: "ERROR an unknown error happened\r\n"
    case .badClass: "BADCLASS invalid class id\r\n"
    case .nothingToCrawl: "NOTSTARTED no items to crawl\r\n"
    case .metadumpNotAllowed: "ERROR metadump not allowed\r\n"
    case .keyDumpNotAllowed: "ERROR key dump not allowed\r\n"
    case .cachedumpNotAllowed: "CLIENT_ERROR stats cachedump not allowed\r\n"
    case .detailNotAllowed: "CLIENT_ERROR stats detail not allowed\r\n"
    case .metadumpPipelined: "ERROR cannot pipeline other commands before metadump\r\n"
    case .keyDumpPipelined: "ERROR cannot pipeline other commands before mgdump\r\n"
    case .watchNotAllowed: "CLIENT_ERROR watch commands not allowed\r\n"
    case .watchPipelined: "ERROR cannot pipeline other commands before watch\r\n"
    case .tooManyWatchers: "WATCHER_TOO_MANY log watcher limit reached\r\n"
    case .noStatistics: "CLIENT_ERROR bad command line\r\n"
    case .illegalClass: "CLIENT_ERROR Illegal slab id\r\n"
    case .detailUsage: "CLIENT_ERROR usage: stats detail on|off|dump\r\n"
    }
  }
}
