import Glibc
import SystemPackage

/// What only the start needed, given back to the kernel: reading a command line runs through far more code than serving
/// does, and leaves holes in the heap.
///
/// Only pages that are the file's own are given back, of mappings that cannot be written and hold no page that ever was
/// (the linker's relocations are such). The kernel has them at hand still, and maps them again when they are used again.
package enum StartMemory {
  package static func giveBack() {
    // All found before the first goes: finding uses the most code and heap.
    let ranges = (try? FileText.read("/proc/self/smaps")).map(unwrittenRanges) ?? []
    _ = HiddenFunctions.mallocTrim(0)
    for range in ranges {
      // Refused where memory is locked (-k), which then shall stay.
      unsafe madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, MADV_DONTNEED)
    }
  }

  /// Mappings of files without write permission and without pages of their own:
  ///
  ///     55d0c8a5e000-55d0c97aa000 r-xp 0005a000 fe:00 1835012   /usr/bin/repcached
  ///     …
  ///     Anonymous:             0 kB
  ///     Swap:                  0 kB
  static func unwrittenRanges(_ map: String) -> [Range<UInt>] {
    var ranges: [Range<UInt>] = []
    var isLastListed = false
    for line in map.utf8.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
      if let range = addresses(fields[0]) {
        isLastListed = fields.count >= 6 && fields[1].hasPrefix("r-") && fields[5].hasPrefix("/")
        if isLastListed { ranges.append(range) }
      } else if isLastListed, ["Anonymous:", "Swap:"].contains(fields[0]), fields.count < 2 || fields[1] != "0" {
        ranges.removeLast()
        isLastListed = false
      }
    }
    return ranges
  }

  private static func addresses(_ field: String) -> Range<UInt>? {
    let ends = field.split(separator: "-").map { UInt($0, radix: 16) }
    guard ends.count == 2, let start = ends[0], let end = ends[1], start < end else { return nil }
    return start..<end
  }
}
