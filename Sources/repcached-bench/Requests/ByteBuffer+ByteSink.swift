import MemcacheProtocol
import Platform

/// Requests are written straight into the output buffer.
extension ByteBuffer: ByteSink {}
