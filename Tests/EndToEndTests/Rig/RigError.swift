/// What the rig itself could not do, or waited for in vain; a product's wrong answer is an `#expect`, never this.
struct RigError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
