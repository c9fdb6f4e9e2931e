import CLibevent

/// Whether a request is one to every reader alike: whoever stands in between, such as a proxy, must not see another end of it than this
/// server does (RFC 9112, 3.2 and 6.3).
///
/// A name of a header has no space and no control character; length, coding and host stand there once at most; a length is digits, and
/// no coding stands beside it but `chunked` alone stands by itself.
enum RequestCheck {
  @unsafe static func isClear(_ request: OpaquePointer) -> Bool {
    unsafe isClear(headers(of: request))
  }

  static func isClear(_ headers: [(name: String, value: String)]) -> Bool {
    func values(_ name: String) -> [String] { headers.filter { $0.name.lowercased() == name }.map(\.value) }
    let (lengths, codings) = (values("content-length"), values("transfer-encoding"))
    return headers.allSatisfy { isName($0.name) } && values("host").count <= 1
      && lengths.count + codings.count <= 1 && lengths.allSatisfy(isLength)
      && codings.allSatisfy { $0.lowercased() == "chunked" }
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (33...126).contains($0) && $0 != UInt8(ascii: ":") }
  }

  private static func isLength(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 18 && text.utf8.allSatisfy { (48...57).contains($0) }
  }

  @unsafe private static func headers(of request: OpaquePointer) -> [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = []
    var next = unsafe evhttp_request_get_input_headers(request)?.pointee.tqh_first
    while let header = unsafe next {
      unsafe headers.append((text(header.pointee.key), text(header.pointee.value)))
      unsafe next = header.pointee.next.tqe_next
    }
    return headers
  }

  @unsafe private static func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
    unsafe pointer.map { unsafe String(cString: $0) } ?? ""
  }
}
