/// What a worker counts, by its place in the worker's counter table. Names as in `stats`.
enum WorkerCounter: Int, CaseIterable {
  case cmdFlush, cmdMeta
  case getMisses, getExpired, getFlushed
  case deleteMisses, incrMisses, decrMisses, casMisses, touchMisses
  case storeTooLarge, storeNoMemory
  case authCommands, authErrors
  case bytesRead, bytesWritten
  case connectionYields
  case totalItems
  case totalConnections
}

/// What a worker counts for each slab class. `stats` shows their sums, `stats slabs` each.
enum ClassCounter: Int, CaseIterable {
  case getHits, cmdSet, deleteHits, incrHits, decrHits, casHits, casBadval, touchHits
}
