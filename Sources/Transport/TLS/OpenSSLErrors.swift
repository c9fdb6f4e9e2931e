import COpenSSL

/// OpenSSL's queue of errors, one for each thread. Whoever sees a call fail takes what stands there, so that the next failure
/// finds an empty queue.
enum OpenSSLErrors {
  /// The oldest error in a few words, and its number; the queue is empty afterwards.
  static func take() -> (number: UInt, text: String) {
    let number = ERR_get_error()
    ERR_clear_error()
    return (number, text(of: number))
  }

  static func clear() { ERR_clear_error() }

  /// `error:0A000086:SSL routines::certificate verify failed`: what comes last is for people.
  private static func text(of number: UInt) -> String {
    if number == 0 { return "no reason is known" }
    var text: [256 of CChar] = .init(repeating: 0)
    var span = text.mutableSpan
    return unsafe span.withUnsafeMutableBufferPointer { buffer in
      unsafe ERR_error_string_n(number, buffer.baseAddress, buffer.count)
      let whole = unsafe buffer.baseAddress.map { unsafe String(cString: $0) } ?? ""
      return String(whole.split(separator: ":").last ?? "")
    }
  }
}
