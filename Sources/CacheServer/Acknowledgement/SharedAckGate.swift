import ConnectionServer
import Platform

/// The gate of a worker's replies, as each of its sessions has it: the peer's word on a worker's writes comes to the worker, and
/// who asked for them in which protocol is known only by the gate.
struct SharedAckGate {
  /// Off, none of the others is called.
  let isOn: Bool
  private let gate: StableBox<AckGate>

  init(_ gate: consuming AckGate) {
    isOn = gate.isOn
    self.gate = StableBox(gate)
  }

  /// See `AckGate`.
  func with<Result>(_ body: (inout AckGate) -> Result) -> Result { gate.with(body) }

  func beginTurn() { gate.with { $0.beginTurn() } }
  func noteChanges(_ held: inout AckGate.HeldReply) { gate.with { $0.noteChanges(&held) } }

  func noteWrite(
    answered answer: Range<Int>, _ held: inout AckGate.HeldReply, as form: AckGate.AnswerForm = .line,
    if condition: AckGate.Condition = .none
  ) {
    gate.with { $0.noteWrite(answered: answer, &held, as: form, if: condition) }
  }

  /// Sends a reply, if it need not wait. False if not all of it is sent.
  @inline(__always)
  func send(_ held: inout AckGate.HeldReply, _ turn: inout Turn, _ pins: inout PinnedValues) -> Bool {
    if isOn {
      turn.isHeld = !gate.with { $0.isOpen(&held, &turn.reply) }
      if turn.isHeld { return false }
    }
    return turn.send(&pins)
  }

  /// Makes room for `count` bytes in the reply, by sending what is there; false when the client does not read.
  func makeRoom(
    _ count: Int, _ held: inout AckGate.HeldReply, _ turn: inout Turn, _ pins: inout PinnedValues
  ) -> Bool {
    if send(&held, &turn, &pins) { return true }
    if turn.isBroken { return false }
    turn.reply.bytes.compact()
    return turn.reply.bytes.space >= count
  }
}
