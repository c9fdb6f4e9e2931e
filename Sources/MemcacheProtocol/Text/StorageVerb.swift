/// What a storage command does with the item it brings.
@usableFromInline package enum StorageVerb: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case set, add, replace, append, prepend, cas

  /// The word on the wire.
  @inlinable package var word: StaticString {
    switch self {
    case .set: "set"
    case .add: "add"
    case .replace: "replace"
    case .append: "append"
    case .prepend: "prepend"
    case .cas: "cas"
    }
  }
}
