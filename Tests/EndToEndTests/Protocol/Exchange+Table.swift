// docs/protocol.md as rows: every command, and the whole table of errors. Beside some rows stands what Debian's memcached 1.6.18
// answers instead, and why ours differs:
//
//  - badLine    ours follows 1.6.45, which says `CLIENT_ERROR bad command line format` to an empty line and to too few
//               tokens; 1.6.18 says `ERROR`.
//  - swallowed  ours follows 1.6.45, which swallows the data block of a storage command with a bad key, flags, exptime or
//               cas; 1.6.18 reads it as the next command.
//  - numbers    1.6.45 takes digits alone for most numbers, and ignores the words behind the key of a delete; 1.6.18 takes a
//               plus, and refuses the words.
//  - others     are told in the row's name.

extension Exchange {
  static let badLine = "CLIENT_ERROR bad command line format\r\n"
  static let badChunk = "CLIENT_ERROR bad data chunk\r\n"
  static let badDelta = "CLIENT_ERROR invalid numeric delta argument\r\n"
  static let badTime = "CLIENT_ERROR invalid exptime argument\r\n"
  static let badDelete = "CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]\r\n"
  static let notNumeric = "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n"
  static let error = "ERROR\r\n"
  static let longestKey = String(repeating: "k", count: 250)
  static let tooLongKey = String(repeating: "k", count: 251)

  static let table =
    storage + retrieval + deletion + arithmetic + touching + administration + slabs + malformedStorage + malformedLines

  private static let storage = [
    Exchange("set and get", "set a 5 0 2\r\nxy\r\nget a\r\n", "STORED\r\nVALUE a 5 2\r\nxy\r\nEND\r\n"),
    Exchange("an empty value", "set a 0 0 0\r\n\r\nget a\r\n", "STORED\r\nVALUE a 0 0\r\n\r\nEND\r\n"),
    Exchange(
      "a value of line ends", "set a 0 0 4\r\n\r\n\r\n\r\nget a\r\n", "STORED\r\nVALUE a 0 4\r\n\r\n\r\n\r\nEND\r\n"),
    Exchange(
      "a value that looks like a command", "set a 0 0 7\r\nget b\r\n\r\nget a\r\n",
      "STORED\r\nVALUE a 0 7\r\nget b\r\n\r\nEND\r\n"),
    Exchange(
      "set replaces", "set a 1 0 1\r\n1\r\nset a 2 0 2\r\n22\r\nget a\r\n",
      "STORED\r\nSTORED\r\nVALUE a 2 2\r\n22\r\nEND\r\n"),
    Exchange(
      "the largest flags", "set a 4294967295 0 1\r\n1\r\nget a\r\n", "STORED\r\nVALUE a 4294967295 1\r\n1\r\nEND\r\n"),
    Exchange(
      "numbers with leading zeros", "set a 007 00 01\r\n1\r\nget a\r\n", "STORED\r\nVALUE a 7 1\r\n1\r\nEND\r\n"),
    Exchange(
      "the longest key", "set \(longestKey) 0 0 1\r\n1\r\nget \(longestKey)\r\ndelete \(longestKey)\r\n",
      "STORED\r\nVALUE \(longestKey) 0 1\r\n1\r\nEND\r\nDELETED\r\n"),
    Exchange("add to nothing", "add a 3 0 1\r\n1\r\nget a\r\n", "STORED\r\nVALUE a 3 1\r\n1\r\nEND\r\n"),
    Exchange(
      "add to something", "set a 0 0 1\r\n1\r\nadd a 0 0 1\r\n2\r\nget a\r\n",
      "STORED\r\nNOT_STORED\r\nVALUE a 0 1\r\n1\r\nEND\r\n"),
    Exchange("replace of nothing", "replace a 0 0 1\r\n1\r\nget a\r\n", "NOT_STORED\r\nEND\r\n"),
    Exchange(
      "replace of something", "set a 0 0 1\r\n1\r\nreplace a 4 0 1\r\n2\r\nget a\r\n",
      "STORED\r\nSTORED\r\nVALUE a 4 1\r\n2\r\nEND\r\n"),
    Exchange(
      "append and prepend to nothing", "append a 0 0 1\r\n1\r\nprepend a 0 0 1\r\n1\r\nget a\r\n",
      "NOT_STORED\r\nNOT_STORED\r\nEND\r\n"),
    Exchange(
      "append and prepend keep the flags",
      "set a 7 0 1\r\n1\r\nappend a 9 0 1\r\n2\r\nprepend a 9 0 1\r\n0\r\nget a\r\n",
      "STORED\r\nSTORED\r\nSTORED\r\nVALUE a 7 3\r\n012\r\nEND\r\n"),
    Exchange(
      "append of nothing", "set a 0 0 1\r\n1\r\nappend a 0 0 0\r\n\r\nget a\r\n",
      "STORED\r\nSTORED\r\nVALUE a 0 1\r\n1\r\nEND\r\n"),
    Exchange("cas of nothing", "cas a 0 0 1 5\r\n2\r\nget a\r\n", "NOT_FOUND\r\nEND\r\n"),
    Exchange(
      "cas with a wrong number", "set a 0 0 1\r\n1\r\ncas a 0 0 1 1\r\n2\r\nget a\r\n",
      "STORED\r\nEXISTS\r\nVALUE a 0 1\r\n1\r\nEND\r\n"),
    Exchange(
      "cas 0 never matches", "set a 0 0 1\r\n1\r\ncas a 0 0 1 0\r\n2\r\nget a\r\n",
      "STORED\r\nEXISTS\r\nVALUE a 0 1\r\n1\r\nEND\r\n"),
    Exchange("cas with the largest number", "cas a 0 0 1 18446744073709551615\r\n2\r\n", "NOT_FOUND\r\n"),
    Exchange(
      "noreply", "set a 0 0 1 noreply\r\n1\r\nadd a 0 0 1 noreply\r\n2\r\nappend a 0 0 1 noreply\r\n3\r\nget a\r\n",
      "VALUE a 0 2\r\n13\r\nEND\r\n"),
    Exchange(
      "cas with noreply", "set a 0 0 1 noreply\r\n1\r\ncas a 0 0 1 1 noreply\r\n2\r\nget a\r\n",
      "VALUE a 0 1\r\n1\r\nEND\r\n"),
    Exchange("a negative exptime", "set a 0 -1 1\r\n1\r\nget a\r\n", "STORED\r\nEND\r\n"),
    Exchange("an absolute exptime that is past", "set a 0 1000000000 1\r\n1\r\nget a\r\n", "STORED\r\nEND\r\n"),
    Exchange(
      "the largest relative exptime", "set a 0 2592000 1\r\n1\r\nget a\r\n", "STORED\r\nVALUE a 0 1\r\n1\r\nEND\r\n"),
    Exchange(
      "an exptime of set beyond 31 bits is kept, memcached cuts it",
      "set a 0 1700000000000 1\r\n1\r\nget a\r\nset a 0 2147483648 1\r\n1\r\nget a\r\n",
      "STORED\r\nVALUE a 0 1\r\n1\r\nEND\r\nSTORED\r\nVALUE a 0 1\r\n1\r\nEND\r\n",
      memcached: "STORED\r\nEND\r\nSTORED\r\nEND\r\n"),
    Exchange(
      "flags and exptime with a sign", "set a +1 +500 1\r\n1\r\nget a\r\n", "STORED\r\nVALUE a 1 1\r\n1\r\nEND\r\n"),
    Exchange("one above the largest relative exptime", "set a 0 2592001 1\r\n1\r\nget a\r\n", "STORED\r\nEND\r\n"),
  ]

  private static let retrieval = [
    Exchange("get of nothing", "get a\r\n", "END\r\n"),
    Exchange("gets", "set a 9 0 1\r\n1\r\ngets a\r\n", "STORED\r\nVALUE a 9 1 <n>\r\n1\r\nEND\r\n"),
    Exchange(
      "get of several, some missing", "set a 1 0 1\r\n1\r\nset n 2 0 2\r\n22\r\nget a b n\r\n",
      "STORED\r\nSTORED\r\nVALUE a 1 1\r\n1\r\nVALUE n 2 2\r\n22\r\nEND\r\n"),
    Exchange(
      "get of one key three times", "set a 0 0 1\r\n1\r\nget a a a\r\n",
      "STORED\r\n" + String(repeating: "VALUE a 0 1\r\n1\r\n", count: 3) + "END\r\n"),
    Exchange(
      "get of more keys than tokens fit", "set a 0 0 1\r\n1\r\nget" + String(repeating: " b", count: 300) + " a\r\n",
      "STORED\r\nVALUE a 0 1\r\n1\r\nEND\r\n"),
    Exchange(
      "gat and gats", "set a 3 0 1\r\n1\r\ngat 100 a b\r\ngats 0 a\r\n",
      "STORED\r\nVALUE a 3 1\r\n1\r\nEND\r\nVALUE a 3 1 <n>\r\n1\r\nEND\r\n"),
    Exchange(
      "gat into the past", "set a 3 0 1\r\n1\r\ngat -1 a\r\nget a\r\n", "STORED\r\nVALUE a 3 1\r\n1\r\nEND\r\nEND\r\n",
      memcached: nil),
    Exchange("gat of nothing", "gat 0 a\r\n", "END\r\n"),
    Exchange("gat with a bad exptime", "gat x a\r\ngats 1y a\r\n", badTime + badTime),
    Exchange("a key too long for get", "get \(tooLongKey)\r\n", badLine),
    Exchange(
      "a key too long ends the whole reply", "set a 0 0 1 noreply\r\n1\r\nget a \(tooLongKey) a\r\nget a\r\n",
      badLine + "VALUE a 0 1\r\n1\r\nEND\r\n"),
    Exchange("a key too long for gat", "gat 0 \(tooLongKey)\r\n", badLine),
    Exchange(
      "a key of bytes above 127", "set ключ 0 0 1\r\n1\r\nget ключ\r\ndelete ключ\r\n",
      "STORED\r\nVALUE ключ 0 1\r\n1\r\nEND\r\nDELETED\r\n"),
  ]

  private static let deletion = [
    Exchange(
      "delete", "set a 0 0 1\r\n1\r\ndelete a\r\nget a\r\ndelete a\r\n", "STORED\r\nDELETED\r\nEND\r\nNOT_FOUND\r\n"),
    Exchange("delete with a zero", "set a 0 0 1\r\n1\r\ndelete a 0\r\nget a\r\n", "STORED\r\nDELETED\r\nEND\r\n"),
    Exchange(
      "delete with noreply", "set a 0 0 1\r\n1\r\ndelete a noreply\r\ndelete a 0 noreply\r\nget a\r\n",
      "STORED\r\nEND\r\n"),
    Exchange(
      "delete with another number", "set a 0 0 1\r\n1\r\ndelete a 1\r\nget a\r\n", "STORED\r\nDELETED\r\nEND\r\n",
      memcached: "STORED\r\n" + badDelete + "VALUE a 0 1\r\n1\r\nEND\r\n"),
    Exchange(
      "delete with words after the key", "delete a b\r\ndelete a b c\r\n", "NOT_FOUND\r\nNOT_FOUND\r\n",
      memcached: badDelete + badDelete),
    Exchange(
      "delete with a time and noreply", "set a 0 0 1\r\n1\r\ndelete a 60 noreply\r\nget a\r\n", "STORED\r\nEND\r\n",
      memcached: "STORED\r\nVALUE a 0 1\r\n1\r\nEND\r\n"),
    Exchange(
      "delete of a key called noreply", "set noreply 0 0 1\r\n1\r\ndelete noreply\r\nget noreply\r\n",
      "STORED\r\nEND\r\n", memcached: "STORED\r\nDELETED\r\nEND\r\n"),
    Exchange("a key too long for delete", "delete \(tooLongKey)\r\n", badLine),
  ]

  private static let arithmetic = [
    Exchange(
      "incr and decr", "set n 3 0 2\r\n10\r\nincr n 5\r\ndecr n 3\r\nget n\r\n",
      "STORED\r\n15\r\n12\r\nVALUE n 3 2\r\n12\r\nEND\r\n"),
    Exchange("incr and decr of nothing", "incr n 1\r\ndecr n 1\r\n", "NOT_FOUND\r\nNOT_FOUND\r\n"),
    Exchange(
      "incr grows the value", "set n 0 0 2\r\n99\r\nincr n 1\r\nget n\r\n",
      "STORED\r\n100\r\nVALUE n 0 3\r\n100\r\nEND\r\n"),
    Exchange(
      "decr never pads with spaces, memcached does", "set n 0 0 2\r\n10\r\ndecr n 1\r\nget n\r\n",
      "STORED\r\n9\r\nVALUE n 0 1\r\n9\r\nEND\r\n", memcached: "STORED\r\n9\r\nVALUE n 0 2\r\n9 \r\nEND\r\n"),
    Exchange(
      "decr stops at 0", "set n 0 0 1\r\n5\r\ndecr n 9\r\nget n\r\n", "STORED\r\n0\r\nVALUE n 0 1\r\n0\r\nEND\r\n"),
    Exchange(
      "incr wraps; no padding here either", "set n 0 0 20\r\n18446744073709551615\r\nincr n 2\r\nget n\r\n",
      "STORED\r\n1\r\nVALUE n 0 1\r\n1\r\nEND\r\n",
      memcached: "STORED\r\n1\r\nVALUE n 0 20\r\n1                   \r\nEND\r\n"),
    Exchange(
      "incr by the largest number", "set n 0 0 1\r\n0\r\nincr n 18446744073709551615\r\n",
      "STORED\r\n18446744073709551615\r\n"),
    Exchange(
      "incr by too large a number", "set n 0 0 1\r\n1\r\nincr n 18446744073709551616\r\n", "STORED\r\n" + badDelta),
    Exchange(
      "incr by what is no number", "set n 0 0 1\r\n1\r\nincr n x\r\nincr n -1\r\ndecr n 1x\r\nget n\r\n",
      "STORED\r\n" + badDelta + badDelta + badDelta + "VALUE n 0 1\r\n1\r\nEND\r\n"),
    Exchange(
      "a delta with a sign", "set n 0 0 1\r\n1\r\nincr n +1\r\ndecr n -0\r\n", "STORED\r\n" + badDelta + badDelta,
      memcached: "STORED\r\n2\r\n2\r\n"),
    Exchange(
      "incr and decr of what strtoull takes for a number",
      ["- 1", "+5", "-0", "1\t", "5 x"].map { "set n 0 0 \($0.utf8.count)\r\n\($0)\r\nincr n 1\r\n" }.joined(),
      ["", "6", "1", "2", "6"].map { "STORED\r\n" + ($0.isEmpty ? notNumeric : $0 + "\r\n") }.joined()),
    Exchange("incr of a number behind a space", "set n 0 0 2\r\n 1\r\nincr n 1\r\n", "STORED\r\n2\r\n"),
    Exchange("a bad delta is told of a missing key too", "incr n x\r\n", badDelta),
    Exchange(
      "incr of text", "set n 0 0 1\r\nx\r\nincr n 1\r\ndecr n 1\r\nget n\r\n",
      "STORED\r\n" + notNumeric + notNumeric + "VALUE n 0 1\r\nx\r\nEND\r\n"),
    Exchange("incr of an empty value", "set n 0 0 0\r\n\r\nincr n 1\r\n", "STORED\r\n" + notNumeric),
    Exchange("incr of a negative number", "set n 0 0 2\r\n-1\r\nincr n 1\r\n", "STORED\r\n" + notNumeric),
    Exchange(
      "incr with noreply", "set n 0 0 1\r\n1\r\nincr n 1 noreply\r\ndecr n x noreply\r\nincr a 1 noreply\r\nget n\r\n",
      "STORED\r\nVALUE n 0 1\r\n2\r\nEND\r\n"),
    Exchange("a key too long for incr", "incr \(tooLongKey) 1\r\ndecr \(tooLongKey) 1\r\n", badLine + badLine),
  ]

  private static let touching = [
    Exchange(
      "touch", "set a 0 0 1\r\n1\r\ntouch a 100\r\nget a\r\n", "STORED\r\nTOUCHED\r\nVALUE a 0 1\r\n1\r\nEND\r\n"),
    Exchange("touch into the past", "set a 0 0 1\r\n1\r\ntouch a -1\r\nget a\r\n", "STORED\r\nTOUCHED\r\nEND\r\n"),
    Exchange("touch of nothing", "touch a 0\r\n", "NOT_FOUND\r\n"),
    Exchange(
      "touch with noreply", "set a 0 0 1\r\n1\r\ntouch a 0 noreply\r\ntouch b 0 noreply\r\ntouch a x noreply\r\n",
      "STORED\r\n"),
    Exchange("touch with a bad exptime", "touch a x\r\n", badTime),
    Exchange(
      "an exptime with a sign", "set a 0 0 1\r\n1\r\ntouch a +1\r\ngat +1 a\r\ngats +1 a\r\n",
      "STORED\r\n" + badTime + badTime + badTime,
      memcached: "STORED\r\nTOUCHED\r\nVALUE a 0 1\r\n1\r\nEND\r\nVALUE a 0 1 <n>\r\n1\r\nEND\r\n"),
    Exchange(
      "an exptime beyond 31 bits", "set a 0 0 1\r\n1\r\ntouch a 2147483648\r\ngat 1700000000000 a\r\nget a\r\n",
      "STORED\r\n" + badTime + badTime + "VALUE a 0 1\r\n1\r\nEND\r\n",
      memcached: "STORED\r\nTOUCHED\r\nEND\r\nEND\r\n"),
    Exchange("a key too long for touch", "touch \(tooLongKey) 1\r\n", badLine),
  ]

  private static let slabs = [
    Exchange(
      "slabs reassign of classes that have no page, are none, or are the same",
      "slabs reassign 1 2\r\nslabs reassign 40 40\r\nslabs reassign 253 1\r\nslabs reassign 1 253\r\n",
      "NOSPARE source class has no spare pages\r\nSAME src and dst class are identical\r\n"
        + "BADCLASS invalid src or dst class id\r\nBADCLASS invalid src or dst class id\r\n"),
    Exchange("slabs reassign of no numbers", "slabs reassign a b\r\nslabs reassign 1 b\r\n", badLine + badLine),
    Exchange(
      "slabs with words too few or too many", "slabs\r\nslabs reassign 1\r\nslabs reassign 1 2 3\r\nslabs automove\r\n",
      error + error + error + error),
    Exchange(
      "slabs automove", "slabs automove 0\r\nslabs automove 2\r\nslabs automove 1\r\nslabs automove 5\r\n",
      "OK\r\nOK\r\nOK\r\n" + error),
    Exchange("slabs automove of no number", "slabs automove x\r\n", badLine),
    Exchange("slabs automove with its ratio", "slabs automove ratio 0.8\r\n", "OK\r\n"),
  ]

  private static let administration = [
    Exchange("flush_all", "set a 0 0 1\r\n1\r\nflush_all\r\nget a\r\n", "STORED\r\nOK\r\nEND\r\n"),
    Exchange(
      "what is set after flush_all stays", "flush_all\r\nset a 0 0 1\r\n1\r\nget a\r\n",
      "OK\r\nSTORED\r\nVALUE a 0 1\r\n1\r\nEND\r\n"),
    Exchange("flush_all 0", "set a 0 0 1\r\n1\r\nflush_all 0\r\nget a\r\n", "STORED\r\nOK\r\nEND\r\n"),
    Exchange(
      "flush_all with a negative delay is now, unlike memcached's", "set a 0 0 1\r\n1\r\nflush_all -1\r\nget a\r\n",
      "STORED\r\nOK\r\nEND\r\n"),
    Exchange(
      "flush_all with a space behind it", "set a 0 0 1\r\n1\r\nflush_all \r\nget a\r\n", "STORED\r\nOK\r\nEND\r\n"),
    Exchange(
      "flush_all with noreply",
      "set a 0 0 1\r\n1\r\nflush_all noreply\r\nget a\r\nset a 0 0 1\r\n1\r\nflush_all 0 noreply\r\nget a\r\n",
      "STORED\r\nEND\r\nSTORED\r\nEND\r\n"),
    Exchange("flush_all with a bad delay", "flush_all x\r\n", badTime),
    Exchange(
      "a delay or a level with a sign, or too large", "flush_all +1\r\nflush_all 2147483648\r\nverbosity +1\r\n",
      badTime + badTime + badLine, memcached: "OK\r\nOK\r\nOK\r\n"),
    Exchange(
      "version", "version\r\n", Executable.isMemcached ? "VERSION 1.6.18\r\n" : "VERSION \(Executable.version)\r\n"),
    Exchange("verbosity", "verbosity 0\r\nverbosity 0 noreply\r\nverbosity 1\r\n", "OK\r\nOK\r\n"),
    Exchange("quit", "set a 0 0 1\r\n1\r\nquit\r\nget a\r\n", "STORED\r\n", closes: true),
    Exchange(
      "shutdown without -A", "shutdown\r\nshutdown noreply\r\n", "SERVER_ERROR: shutdown not enabled\r\n",
      memcached: "ERROR: shutdown not enabled\r\nERROR: shutdown not enabled\r\n"),
  ]
}
