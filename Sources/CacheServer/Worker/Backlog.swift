/// What waits to be done, in its order, for who does some of it at a time.
struct Backlog<Element> {
  private var elements: [Element] = []
  private var start = 0

  var isEmpty: Bool { start == elements.count }
  var first: Element? { isEmpty ? nil : elements[start] }
  var count: Int { elements.count - start }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func takeFirst() -> Element? {
    if isEmpty { return nil }
    defer { dropTaken() }
    start += 1
    return elements[start - 1]
  }

  /// Half of the room at most is of what was taken, so each element is moved once on average.
  private mutating func dropTaken() {
    if start < elements.count, start * 2 <= elements.count { return }
    elements.removeFirst(start)
    start = 0
  }
}
