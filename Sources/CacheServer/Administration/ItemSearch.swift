import ItemStore
import Platform

/// Which items are wanted of a list, and from where on.
package struct ItemSearch: Sendable {
  /// Of keys.
  package var prefix: [UInt8] = []
  /// `*` stands for any bytes, `?` for one; empty: any key.
  package var pattern: [UInt8] = []
  /// Nil: of all slab classes.
  package var slabClass: Int?
  /// Where the walk goes on: 0 is its beginning.
  package var place: UInt64 = 0
  package var limit = 50

  package init() {}

  /// As far as it costs next to nothing: all but the pattern.
  func mayWant(_ key: Span<UInt8>, _ slabClass: Int) -> Bool {
    if let wanted = self.slabClass, wanted != slabClass { return false }
    if key.count < prefix.count { return false }
    for index in prefix.indices where key[index] != prefix[index] { return false }
    return true
  }

  /// - Parameter work: grows by what that has cost, in steps of the pattern.
  func matches(_ key: [UInt8], work: inout Int) -> Bool {
    pattern.isEmpty || GlobPattern.matches(pattern.span, key.span, work: &work)
  }
}

/// Some of the items, and where the walk goes on.
package struct ItemPage: Sendable {
  package var items: [LocalItem] = []
  /// Nil: all have been looked at.
  package var next: UInt64?
  /// Looked at by this step, and how far through the whole index the walk is, from 0 to 1.
  package var examined = 0
  package var progress = 0.0
}

extension ItemPage {
  /// As much of the walk as one answer may take: bucket by bucket, each under its stripe's lock and with a look at the clock in
  /// between, as the crawler goes; patterns are matched when the lock is free again, and what they cost counts. On no thread that serves
  /// clients.
  static func make(
    _ search: ItemSearch, _ context: ServerContext, now: () -> UInt64 = SystemClock.monotonicNanoseconds
  ) -> ItemPage {
    let (store, moment) = (context.store, context.moment())
    let end = now() + maxNanoseconds
    var page = ItemPage()
    var cursor = WalkCursor(place: search.place)
    var work = 0
    var nextLook = workPerLook
    var bucket: [LocalItem] = []
    while page.items.count < search.limit {
      bucket.removeAll(keepingCapacity: true)
      let more = store.walkLive(&cursor, buckets: 1, now: moment.seconds) { view in
        page.examined += 1
        if search.mayWant(view.key, view.slabClass) { bucket.append(LocalItem(view, store, moment)) }
      }
      for item in bucket where search.matches(item.key, work: &work) { page.items.append(item) }
      if !more {
        page.progress = 1
        return page
      }
      work += workOfBucket
      if work < nextLook { continue }
      nextLook = work + workPerLook
      if now() >= end { break }
    }
    page.next = cursor.place
    page.progress = Double(cursor.place >> 11) / Double(UInt64(1) << 53)
    return page
  }

  /// In steps of a pattern, some nanoseconds each: a bucket with its lock is worth so many, and the clock is looked at after so many.
  private static let (workOfBucket, workPerLook) = (1000, 32_000)
  /// Others wait for the thread meanwhile.
  private static let maxNanoseconds: UInt64 = 50_000_000
}

/// `*` and `?` in keys. Of a pattern of n bytes and a text of m it takes n × m steps at most.
enum GlobPattern {
  /// - Parameter work: grows by the steps that it took.
  static func matches(_ pattern: Span<UInt8>, _ text: Span<UInt8>, work: inout Int) -> Bool {
    var (place, position) = (0, 0)
    var star: (place: Int, position: Int)?
    while position < text.count {
      work += 1
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        star = (place, position)
        place += 1
      } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") || pattern[place] == text[position] {
        (place, position) = (place + 1, position + 1)
      } else if let last = star {
        star = (last.place, last.position + 1)
        (place, position) = (last.place + 1, last.position + 1)
      } else {
        return false
      }
    }
    while place < pattern.count, pattern[place] == UInt8(ascii: "*") { place += 1 }
    return place == pattern.count
  }
}
