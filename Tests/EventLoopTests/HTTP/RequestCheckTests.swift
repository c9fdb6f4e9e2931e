import Testing

@testable import EventLoop

@Suite("A request that every reader reads alike")
struct RequestCheckTests {
  private func isClear(_ headers: (String, String)...) -> Bool {
    RequestCheck.isClear([(name: "Host", value: "a")] + headers.map { (name: $0.0, value: $0.1) })
  }

  @Test("has one length, or one coding, or neither") func clear() {
    #expect(isClear() && isClear(("Content-Length", "0")) && isClear(("content-LENGTH", "262144"), ("X", "a b: c")))
    #expect(isClear(("Transfer-Encoding", "Chunked")))
  }

  @Test("has not two of them, nor a length that is no number, nor a name with a space") func unclear() {
    #expect(
      !isClear(("Content-Length", "0"), ("Content-Length", "5"))
        && !isClear(("Content-Length", "5"), ("content-length", "5")))
    #expect(!isClear(("Content-Length", "5"), ("Transfer-Encoding", "chunked")))
    for length in ["+0", "-1", "", "5 6", "0x5", "5,5", "99999999999999999999"] {
      #expect(!isClear(("Content-Length", length)), "\(length)")
    }
    for coding in ["xchunked", "gzip, chunked", "identity", ""] {
      #expect(!isClear(("Transfer-Encoding", coding)), "\(coding)")
    }
    for name in ["Content-Length ", "", "a\tb", "a\u{1}", "ä"] { #expect(!isClear((name, "5")), "\(name)") }
    #expect(!isClear(("host", "b")), "two hosts")
  }
}
