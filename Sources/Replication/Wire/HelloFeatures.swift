/// What a side can do beyond its protocol version. Two that meet use what both have; a bit that one does not know is none of
/// what both have. Bits are given out one after another, and never a second time.
package struct HelloFeatures: OptionSet, Sendable, Hashable {
  package let rawValue: UInt64

  package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Those of this build: none yet, for its first version has all there is.
  package static let mine: HelloFeatures = []
}
