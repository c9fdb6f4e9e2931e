import Testing

@testable import repcached_bench

@Suite("Parameters of the policy")
struct PolicyParametersTests {
  @Test("each is set by its name, and what is not named is as in the store")
  func named() throws {
    let parameters = try PolicyParameters("nearStep=3,maxGhostAge=40")
    var expected = PolicyParameters()
    expected.nearStep = 3
    expected.maxGhostAge = 40
    #expect(parameters == expected)
  }

  @Test("every name changes a number of its own")
  func distinct() throws {
    // In the range of all but the shares and switches, and a value that none has.
    let changed = try PolicyParameters.names.map { name in
      try (try? PolicyParameters("\(name)=11")) ?? PolicyParameters("\(name)=0.75")
    }
    for (number, one) in changed.enumerated() {
      #expect(one != PolicyParameters(), "\(PolicyParameters.names[number])")
      for other in changed[(number + 1)...] { #expect(one != other, "\(PolicyParameters.names[number])") }
    }
  }

  @Test(
    "what is unknown or out of range is refused",
    arguments: ["", "newcomers=1", "nearStep", "nearStep=x", "nearStep=-1", "slots=4", "nearStep=1,", "proof=nan"])
  func refused(settings: String) {
    #expect(throws: OptionError.self) { try PolicyParameters(settings) }
  }
}
