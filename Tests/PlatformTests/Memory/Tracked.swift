/// Counts how many of its values have been destroyed.
final class Witness {
  var destroyed = 0
}

struct Tracked: ~Copyable {
  var number: Int
  let witness: Witness

  init(_ witness: Witness, _ number: Int = 0) {
    self.number = number
    self.witness = witness
  }

  deinit { witness.destroyed += 1 }
}
