import Testing

@testable import Platform

@Suite("Memory of the start")
struct StartMemoryTests {
  private func mapping(_ head: String, anonymous: Int = 0, swap: Int = 0) -> String {
    """
    \(head)
    Size:                 60 kB
    Rss:                  60 kB
    Anonymous:             \(anonymous) kB
    Swap:                  \(swap) kB
    VmFlags: rd ex mr mw me sd

    """
  }

  @Test("Code and constants of files can be given back")
  func given() {
    let map =
      mapping("1000-3000 r-xp 00000000 fe:00 17   /usr/bin/name with spaces")
      + mapping("5000-6000 r--p 00002000 fe:00 17   /usr/bin/other")
    #expect(StartMemory.unwrittenRanges(map) == [0x1000..<0x3000, 0x5000..<0x6000])
  }

  @Test("What is writable, was written, is swapped or is no file's stays")
  func kept() {
    let map =
      mapping("1000-3000 rw-p 00000000 fe:00 17   /usr/bin/name")
      + mapping("3000-4000 r--p 00002000 fe:00 17   /usr/lib/relocated", anonymous: 4)
      + mapping("4000-5000 r--p 00002000 fe:00 17   /usr/lib/swapped", swap: 4)
      + mapping("5000-6000 r-xp 00000000 00:00 0   [vdso]") + mapping("6000-7000 r--p 00000000 00:00 0")
      + mapping("7000-8000 ---p 00000000 fe:00 17   /usr/lib/unreadable")
    #expect(StartMemory.unwrittenRanges(map) == [])
    #expect(StartMemory.unwrittenRanges("") == [])
    #expect(StartMemory.unwrittenRanges("rubbish\n\n-\n1-\n") == [])
  }

  @Test("This process goes on after giving its own back")
  func goesOn() throws {
    let texts = (0..<1000).map { "text \($0)" }
    StartMemory.giveBack()
    #expect(texts.joined().count == 7890)
    #expect(try !StartMemory.unwrittenRanges(FileText.read("/proc/self/smaps")).isEmpty)
  }
}
