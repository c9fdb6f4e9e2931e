/// What follows `stats cachedump`: a class and how many of its items, 0 for all.
package enum CachedumpRequest: Equatable, Sendable {
  case dump(SlabClassSet, limit: Int)
  case refused(AdministrationAnswer)
  /// A word is no number.
  case badNumber

  package init(_ words: inout TokenReader, in input: Span<UInt8>) {
    let (slabClass, limit) = (words.next(in: input), words.next(in: input))
    if slabClass.isEmpty || limit.isEmpty {
      self = .refused(.noStatistics)
      return
    }
    guard let slabClass = input.unsigned32(slabClass), let limit = input.unsigned32(limit) else {
      self = .badNumber
      return
    }
    if slabClass >= SlabClassSet.end {
      self = .refused(.illegalClass)
      return
    }
    var classes = SlabClassSet()
    // Class 0 has no items.
    classes.insert(Int(slabClass))
    self = .dump(classes, limit: Int(limit))
  }
}
