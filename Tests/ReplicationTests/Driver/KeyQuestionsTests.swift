import Testing

@testable import Replication

@Suite("Questions about keys")
struct KeyQuestionsTests {
  private func question(_ text: String) -> KeyQuestion { KeyQuestion(key: [UInt8](text.utf8)) { _ in } }

  @Test("are answered by their numbers, once") func answers() throws {
    var questions = KeyQuestions()
    let numbers = ["a", "b"].compactMap { questions.add(question($0), now: .zero) }
    try #require(numbers.count == 2)
    let answered = [numbers[1], numbers[0], numbers[0], 77].map { questions.take($0)?.key }
    #expect(answered == [[98], [97], nil, nil])
  }

  @Test("whose answers are lost make room for others after two seconds") func lost() {
    var questions = KeyQuestions()
    let asked = (0..<KeyQuestions.maxWaiting + 1).map { _ in questions.add(question("a"), now: .seconds(5)) }
    #expect(asked.last == .some(nil) && !asked.dropLast().contains(nil))
    let (early, late) = (questions.takeOld(now: .seconds(6)).count, questions.takeOld(now: .seconds(7)).count)
    #expect(early == 0 && late == KeyQuestions.maxWaiting)
    let next = questions.add(question("b"), now: .seconds(7))
    let rest = [questions.takeAll().count, questions.takeAll().count]
    #expect(next != nil && rest == [1, 0])
  }
}
