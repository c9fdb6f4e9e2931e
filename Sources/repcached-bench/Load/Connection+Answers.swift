import MemcacheProtocol
import Platform

extension Connection {
  /// Takes every whole answer out of `input`. False when the connection is out of step and of no more use.
  mutating func read(
    _ input: inout ByteBuffer, _ workload: borrowing Workload, _ tally: inout Tally, at now: UInt64
  ) -> Bool {
    let available = input.count
    var offset = 0
    var isInStep = true
    needed = 0
    reading: while offset < available {
      switch TextReplyParser.parse(input.bytes, from: offset) {
      case .reply(let reply, let count):
        offset &+= count
        isInStep = take(reply, input.bytes, workload, &tally, at: now)
        if !isInStep { break reading }
      case .incomplete(let count):
        needed = count
        break reading
      case .malformed:
        tally.wrong("no answer begins like this: \(excerpt(input.bytes, offset))")
        isInStep = false
        break reading
      }
    }
    input.consume(offset)
    return isInStep
  }

  @inline(__always) private mutating func take(
    _ reply: TextReply, _ input: Span<UInt8>, _ workload: borrowing Workload, _ tally: inout Tally, at now: UInt64
  ) -> Bool {
    guard !pending.isEmpty else {
      tally.wrong("an answer to no request: \(reply)")
      return false
    }
    switch (pending.kind, reply) {
    case (.get, .value(let key, let flags, let value, _)):
      check(key: input.bytes(in: key), flags, value: input.bytes(in: value), workload, &tally)
    case (.get, .answer(.end)):
      tally.count(.misses, pending.keyCount &- pending.answered)
      complete(&tally, at: now)
    case (.set, .answer(.stored)):
      complete(&tally, at: now)
    case (_, .error(let line)):
      tally.error(input.bytes(in: line).text)
      complete(&tally, at: now)
    default:
      tally.wrong("\(reply) answers a \(pending.kind)")
      return false
    }
    return true
  }

  @inline(__always) private mutating func complete(_ tally: inout Tally, at now: UInt64) {
    tally.complete(pending.kind, from: pending.start, to: now)
    pending.removeFirst()
  }

  /// Values come in the order of the keys; keys passed over are misses.
  @inline(__always) private mutating func check(
    key: Span<UInt8>, _ flags: UInt32, value: Span<UInt8>, _ workload: borrowing Workload, _ tally: inout Tally
  ) {
    while pending.answered < pending.keyCount {
      let expected = pending.nextKey
      pending.settleKey()
      if workload.keys.matches(expected, key) {
        tally.count(.hits)
        if flags != 0 || !workload.values.matches(expected, value) {
          tally.wrong(workload.complaint(expected, flags, value))
        }
        return
      }
      tally.count(.misses)
    }
    tally.wrong("the key \(key.text) was not asked for, or was answered twice")
  }

  private func excerpt(_ input: Span<UInt8>, _ offset: Int) -> String {
    input.extracting(offset..<min(input.count, offset + 60)).text.debugDescription
  }
}
