// Which server has a key.
//
// Programs that share servers must agree on it: where one looks elsewhere than another wrote, it misses. Each client has a rule
// of its own, so here are the rules of those that are met in practice. A rule has three parts:
//
//     key ──hash──▶ number ──map──▶ server ──is it dead?──▶ another server, or none
//
//     buckets    number mod count; a server stands in the list once for each share of its weight
//     ring       the first point that is no smaller; each server has points all over the ring
//     scores     the server whose hash with the key is highest (rendezvous)
//     jump       Lamping and Veach's jumps
//
// Sources: the programs themselves. Tests/KeyDistributionTests/Vectors has where each put 300 keys.

/// A client's or a proxy's rule, all of it: hash, map, and who is next where a server is dead.
package enum Distribution: Hashable, Sendable {
  /// `memcache.hash_strategy=standard` of php-memcache.
  case phpMemcacheStandard(PHPHash)
  /// `memcache.hash_strategy=consistent` of php-memcache, which is the default of 8.0.
  case phpMemcacheConsistent(PHPHash)
  /// libmemcached's default, so php-memcached's and pylibmc's. It knows no weights and never asks another server.
  case modula(KeyHash)
  /// libmemcached's `DISTRIBUTION_CONSISTENT`, `ketama` of pylibmc.
  case consistent(KeyHash)
  /// libmemcached's `OPT_LIBKETAMA_COMPATIBLE`, `ketama_weighted` of pylibmc.
  case ketama
  case pythonMemcached
  /// pymemcache's `HashClient`; it hashes a key of `bytes` unlike a key of `str`.
  case pymemcache(PythonKey)
  case twemproxyKetama(KeyHash, tag: HashTag? = nil)
  case twemproxyModula(KeyHash, tag: HashTag? = nil)
  case magent
  /// magent's `-k`. `isCut`: as 0.5 and 0.6 have it, where a fault sends all keys to one server.
  case magentKetama(isCut: Bool = false)
  /// Jump consistent hash on 64-bit FNV-1a, mixed: servers are added and removed at the end of the list only.
  case jump
}

/// What php-memcache hashes with: `memcache.hash_function`.
package enum PHPHash: String, Hashable, Sendable, CaseIterable {
  case crc32, fnv
}

package enum PythonKey: Hashable, Sendable {
  case text, bytes
}

/// twemproxy's `hash_tag`: what stands between the first of `open` and the next of `close` is hashed in place of the key.
package struct HashTag: Hashable, Sendable {
  package let open: UInt8
  package let close: UInt8

  package init(open: UInt8, close: UInt8) {
    self.open = open
    self.close = close
  }

  /// The part of the key that is hashed; an empty tag is none.
  func part(of key: Span<UInt8>) -> Range<Int> {
    let whole = 0..<key.count
    guard let first = whole.first(where: { key[$0] == open }) else { return whole }
    guard let end = ((first + 1)..<key.count).first(where: { key[$0] == close }), end > first + 1 else { return whole }
    return (first + 1)..<end
  }
}
