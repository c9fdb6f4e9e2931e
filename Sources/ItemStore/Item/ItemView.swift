/// An item as it stands under the lock of its stripe, or pinned. Cannot outlive the call that hands it out.
@safe @usableFromInline package struct ItemView: ~Escapable {
  @usableFromInline let raw: UnsafeMutableRawPointer
  @usableFromInline let memory: ChunkMemory
  @usableFromInline let reference: UInt32

  @inlinable @inline(__always) @_lifetime(immortal)
  init(_ reference: UInt32, in memory: ChunkMemory) {
    unsafe raw = memory.address(reference)
    self.memory = memory
    self.reference = reference
  }

  @unsafe @inlinable @inline(__always) @_lifetime(immortal)
  init(_ raw: UnsafeMutableRawPointer, _ reference: UInt32, in memory: ChunkMemory) {
    unsafe self.raw = unsafe raw
    self.memory = memory
    self.reference = reference
  }

  /// Of a header that stands in no chunk.
  @_lifetime(immortal)
  init(_ item: ItemPointer, in memory: ChunkMemory) {
    unsafe raw = item.raw
    self.memory = memory
    reference = 0
  }

  private var item: ItemPointer { unsafe ItemPointer(raw) }

  @inlinable package var fresh: Stamp { unsafe Stamp(rawValue: raw.load(as: UInt64.self)) }
  /// Process seconds; 0 never.
  @inlinable package var expiresAt: UInt32 { unsafe raw.load(fromByteOffset: 8, as: UInt32.self) }
  @inlinable package var clientFlags: UInt32 { hasClientFlags ? storedClientFlags : 0 }
  @inlinable package var valueCount: Int { unsafe Int(raw.load(fromByteOffset: 12, as: UInt32.self) & ~(3 << 30)) }
  @inlinable package var keyCount: Int { unsafe Int(raw.load(fromByteOffset: 16, as: UInt8.self)) }
  @inlinable package var slabClass: Int { unsafe Int(raw.load(fromByteOffset: 17, as: UInt8.self)) }

  @inlinable var hasClientFlags: Bool { unsafe raw.load(fromByteOffset: 12, as: UInt32.self) >> 31 != 0 }
  @usableFromInline var storedClientFlags: UInt32 { item.clientFlags }

  /// The client flags of an item that is not chained; of a chained one the greatest there are. Costs the many without
  /// flags no look at whether they are chained.
  @inlinable package var inlineClientFlags: UInt32 { hasClientFlags ? storedInlineClientFlags : 0 }
  @usableFromInline var storedInlineClientFlags: UInt32 { isChained ? .max : item.clientFlags }

  package var version: Version { item.version }
  /// Of the last change of any kind.
  package var touched: Stamp { item.touched }
  /// Of the last change of the value.
  package var changed: Stamp { item.changed }
  /// The cas unique that clients see.
  @inlinable package var cas: UInt64 { isExtended ? storedCAS : fresh.rawValue }
  @inlinable package var marks: ItemMarks { isExtended ? storedMarks : .none }
  /// There are marks of any kind.
  @inlinable package var isMarked: Bool { isExtended && storedIsMarked }
  @inlinable var isExtended: Bool { unsafe raw.load(fromByteOffset: 12, as: UInt32.self) & 1 << 30 != 0 }
  @usableFromInline var storedCAS: UInt64 { item.cas }
  @usableFromInline var storedIsMarked: Bool { !item.marks.isEmpty }
  @usableFromInline var storedMarks: ItemMarks { item.marks }

  var state: ItemState { item.state }
  package var isTombstone: Bool { item.state.isTombstone }
  /// The value lies in several pieces; see `forEachPiece`.
  package var isChained: Bool { item.state.isChained }
  /// What it takes of its chunks.
  package var byteCount: Int { isChained ? item.size + valueCount : item.size }
  package var wasFetched: Bool { item.state.isFetched }

  @inlinable package var key: Span<UInt8> {
    @_lifetime(copy self) get {
      let start = unsafe UnsafePointer((raw + 20).assumingMemoryBound(to: UInt8.self))
      return unsafe _overrideLifetime(Span(_unsafeStart: start, count: keyCount), copying: self)
    }
  }

  /// The value of an item that is not chained.
  @inlinable package var inlineValue: Span<UInt8> {
    @_lifetime(copy self) get {
      let start = unsafe UnsafePointer((raw + 20 + keyCount).assumingMemoryBound(to: UInt8.self))
      return unsafe _overrideLifetime(Span(_unsafeStart: start, count: valueCount), copying: self)
    }
  }

  /// Key and value of an item that is not chained: they lie side by side.
  @inlinable package var keyAndInlineValue: Span<UInt8> {
    @_lifetime(copy self) get {
      let start = unsafe UnsafePointer((raw + 20).assumingMemoryBound(to: UInt8.self))
      return unsafe _overrideLifetime(Span(_unsafeStart: start, count: keyCount + valueCount), copying: self)
    }
  }

  /// The value's bytes from `offset` on, in order, whatever their chunks; the body returns whether it wants more.
  package func forEachPiece(from offset: Int = 0, _ body: (Span<UInt8>) -> Bool) {
    unsafe ItemValue(item, memory).forEachPiece(from: offset) { bytes in
      unsafe body(Span(_unsafeElements: bytes.bindMemory(to: UInt8.self)))
    }
  }
}
