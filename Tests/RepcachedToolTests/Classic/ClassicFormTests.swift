import Testing

@testable import repcached_tool

@Suite("memcached-tool's command line")
struct ClassicFormTests {
  @Test(
    "The server first, then the verb, becomes the verb first",
    arguments: [
      (["a:1"], ["display", "a:1"]), (["a:1", "stats"], ["stats", "a:1"]), (["/s", "dump", "5"], ["dump", "/s", "5"]),
      (["localhost", "keys", "5"], ["keys", "localhost", "5"]),
    ])
  func classic(arguments: [String], own: [String]) { #expect(ClassicForm.reordered(arguments) == own) }

  @Test(
    "This program's own form stays as it is",
    arguments: [
      [], ["stats"], ["stats", "a:1"], ["--help"], ["help", "top"], ["a:1", "move", "6", "7"], ["pair", "a", "b"],
    ])
  func own(arguments: [String]) { #expect(ClassicForm.reordered(arguments) == arguments) }

  @Test("Each command is reached by its name") func names() throws {
    for arguments in [
      ["top", "--count", "1"], ["check", "a", "b"], ["find", "k", "--servers", "a,b"], ["restart", "-f"],
    ] {
      _ = try RepcachedTool.parseAsRoot(arguments)
    }
  }

  @Test(
    "What cannot be is refused",
    arguments: [
      ["dump", "a:1", "0"], ["keys", "a:1", "x"], ["stats", "a:x"], ["top", "--interval", "0"], ["copy", "a:1", "a:1"],
      ["copy", "a:1"], ["copy", "a:1", "b:1", "--rate", "0"], ["find", "k"], ["find", "a b", "--servers", "a"],
      ["find", "k", "--servers", "a,,b:x"], ["find", "k", "--servers", "a", "--dead", "b"],
      ["stats", "--timeout", "0"],
      ["find", "k", "--servers", "a", "--algorithm", "none"], ["stats", "--ca", "f"], ["load", "a:1"],
      ["find", "k", "--servers", "a", "--algorithm", "ketama", "--hash", "md5"], ["watch", "a:1", "a b"],
      ["watch", "--count", "-1"], ["restart", "-t", "x"], ["nonsense", "x"],
    ])
  func refused(arguments: [String]) { #expect(throws: (any Error).self) { try RepcachedTool.parseAsRoot(arguments) } }
}
