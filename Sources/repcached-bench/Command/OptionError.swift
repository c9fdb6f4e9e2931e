/// What is wrong with the command line, in words.
struct OptionError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
