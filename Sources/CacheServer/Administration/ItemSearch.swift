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

  func wants(_ key: Span<UInt8>, _ slabClass: Int) -> Bool {
    if let wanted = self.slabClass, wanted != slabClass { return false }
    if key.count < prefix.count { return false }
    for index in prefix.indices where key[index] != prefix[index] { return false }
    return pattern.isEmpty || GlobPattern.matches(pattern.span, key)
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
  /// between, as the crawler goes. On no thread that serves clients.
  static func make(_ search: ItemSearch, _ context: ServerContext) -> ItemPage {
    let (store, moment) = (context.store, context.moment())
    let end = SystemClock.monotonicNanoseconds() + maxNanoseconds
    var page = ItemPage()
    var cursor = WalkCursor(place: search.place)
    var steps = 0
    while page.items.count < search.limit {
      let more = store.walkLive(&cursor, buckets: 1, now: moment.seconds) { view in
        page.examined += 1
        if search.wants(view.key, view.slabClass) { page.items.append(LocalItem(view, store, moment)) }
      }
      if !more {
        page.progress = 1
        return page
      }
      steps += 1
      if steps.isMultiple(of: stepsPerLook), SystemClock.monotonicNanoseconds() >= end { break }
    }
    page.next = cursor.place
    page.progress = Double(cursor.place >> 11) / Double(UInt64(1) << 53)
    return page
  }

  private static let stepsPerLook = 32
  /// Others wait for the thread meanwhile.
  private static let maxNanoseconds: UInt64 = 50_000_000
}

/// `*` and `?` in keys. It looks at each byte at most twice for each star, so no pattern takes long.
enum GlobPattern {
  static func matches(_ pattern: Span<UInt8>, _ text: Span<UInt8>) -> Bool {
    var (place, position) = (0, 0)
    var star: (place: Int, position: Int)?
    while position < text.count {
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
