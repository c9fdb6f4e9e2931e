/// What a storage command does with the item it brings.
package enum StorageVerb: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case set, add, replace, append, prepend, cas
}
