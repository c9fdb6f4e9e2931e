/// A cache of so many objects that are all alike: which of them a policy keeps, without bytes, threads or a server.
///
/// By such models the eviction of the store and its numbers are chosen. A run takes seconds where a server takes minutes,
/// and tells what the policy alone is worth: no page moves, no chunk is too large. `StoreModel` is the store's eviction,
/// step by step; the others are what is known to be good.
protocol CacheModel: AnyObject {
  /// Whether the key is held; a hit counts as a use.
  func get(_ key: Int) -> Bool
  /// Writes the key: it is held afterwards. Of a key that is held it counts as a use.
  func set(_ key: Int)
  /// Whether the key is held, without anybody noticing.
  func holds(_ key: Int) -> Bool
}
