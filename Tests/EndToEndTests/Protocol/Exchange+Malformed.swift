/// What is no command, or a wrong one. See `Exchange+Table`.
extension Exchange {
  static let malformedStorage = [
    Exchange(
      "flags that are no number", "set a x 0 5\r\nget b\r\nget a\r\n", badLine + "END\r\n",
      memcached: badLine + "END\r\nEND\r\n"),
    Exchange(
      "negative flags", "set a -1 0 5\r\nget b\r\nget a\r\n", badLine + "END\r\n", memcached: badLine + "END\r\nEND\r\n"
    ),
    Exchange(
      "flags of 33 bits are cut", "set a 4294967297 0 5\r\nget b\r\nget a\r\n",
      "STORED\r\nVALUE a 1 5\r\nget b\r\nEND\r\n"),
    Exchange(
      "an exptime that is no number", "set a 0 x 5\r\nget b\r\nget a\r\n", badLine + "END\r\n",
      memcached: badLine + "END\r\nEND\r\n"),
    Exchange(
      "a cas that is no number", "cas a 0 0 5 x\r\nget b\r\nget a\r\n", badLine + "END\r\n",
      memcached: badLine + "END\r\nEND\r\n"),
    Exchange(
      "a cas of 65 bits", "cas a 0 0 5 18446744073709551616\r\nget b\r\nget a\r\n", badLine + "END\r\n",
      memcached: badLine + "END\r\nEND\r\n"),
    Exchange(
      "a key too long for set", "set \(tooLongKey) 0 0 5\r\nget b\r\nget a\r\n", badLine + "END\r\n",
      memcached: badLine + "END\r\nEND\r\n"),
    Exchange("a length that is no number", "set a 0 0 x\r\nget a\r\n", badLine + "END\r\n"),
    Exchange("a negative length", "set a 0 0 -1\r\nget a\r\n", badLine + "END\r\n"),
    Exchange(
      "a length with a sign", "set a 0 0 +1\r\nget a\r\n", badLine + "END\r\n", memcached: badChunk + error),
    Exchange(
      "noreply does not silence a bad length", "set a 0 0 -1 noreply\r\nget a\r\n", badLine + "END\r\n",
      memcached: "END\r\n"),
    Exchange(
      "a cas with a sign", "cas a 0 0 1 +5\r\n1\r\nget a\r\n", badLine + "END\r\n", memcached: "NOT_FOUND\r\nEND\r\n"),
    Exchange("an absurd length", "set a 0 0 2147483647\r\nget a\r\n", badLine + "END\r\n"),
    Exchange(
      "a length that overflows",
      "set a 0 0 18446744073709551615\r\nget a\r\nset a 0 0 99999999999999999999999\r\nget a\r\n",
      badLine + "END\r\n" + badLine + "END\r\n"),
    Exchange(
      "noreply silences errors and swallows", "set a x 0 5 noreply\r\nget b\r\nget a\r\n", "END\r\n",
      memcached: "END\r\nEND\r\n"),
    Exchange("a value longer than told", "set a 0 0 1\r\n123\r\n", badChunk + badLine, memcached: badChunk + error),
    Exchange("a value not ended by CR LF", "set a 0 0 1\r\n1\nget a\r\n", badChunk + error),
    Exchange(
      "a bad data chunk leaves the old item", "set a 0 0 1\r\n1\r\nset a 0 0 1\r\n2xxget a\r\n",
      "STORED\r\n" + badChunk + "VALUE a 0 1\r\n1\r\nEND\r\n"),
    Exchange(
      "storage commands with tokens missing", "set\r\nset a\r\nadd a 0\r\nreplace a 0 0\r\n",
      badLine + badLine + badLine + badLine, memcached: error + error + error + error),
  ]

  static let malformedLines = [
    Exchange("an unknown command", "bogus\r\nGET a\r\nget2 a\r\n", error + error + error),
    Exchange("an empty line", "\r\n", badLine, memcached: error),
    Exchange(
      "commands without a key", "get\r\ngets\r\ngat\r\ngat 0\r\ndelete\r\n",
      badLine + badLine + badLine + badLine + badLine, memcached: error + error + error + "END\r\n" + error),
    Exchange(
      "commands without their number", "incr a\r\ndecr a\r\ntouch a\r\n", badLine + badLine + badLine,
      memcached: error + error + error),
    Exchange(
      "lines ended by LF alone", "set a 0 0 1\n1\r\nget a\nbogus\n", "STORED\r\nVALUE a 0 1\r\n1\r\nEND\r\n" + error),
    Exchange(
      "more spaces than needed", "set  a 0   0 1 \r\n1\r\nget  a  \r\n", "STORED\r\nVALUE a 0 1\r\n1\r\nEND\r\n"),
    Exchange(
      "spaces before a command: only rare ones are known then",
      "  \r\n get a\r\n delete a\r\n version\r\n flush_all\r\n",
      error + error + error + error + "OK\r\n",
      memcached: error + "END\r\nNOT_FOUND\r\nVERSION 1.6.18\r\nOK\r\n"),
    Exchange("a line too short for a command", "a\r\n", badLine, memcached: error),
    Exchange("noreply alone silences the error", "noreply\r\n", "", memcached: error),
    Exchange("a line just short enough", String(repeating: "x", count: 2000) + "\r\n", error),
    Exchange("a line without an end", "get a\r\n" + String(repeating: "x", count: 3000), "END\r\n", closes: true),
    Exchange("an HTTP request", "GET / HTTP/1.1\r\nHost: cache\r\n\r\n", "", closes: true),
    Exchange("an HTTP request with a body", "POST /a HTTP/1.0\r\n\r\nset a 0 0 1\r\n1\r\n", "", closes: true),
  ]
}
