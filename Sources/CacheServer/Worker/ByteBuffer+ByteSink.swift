import MemcacheProtocol
import Platform

/// Answers are written straight into the worker's output buffer.
extension ByteBuffer: ByteSink {}
