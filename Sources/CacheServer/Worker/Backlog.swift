/// What waits to be done, in its order, for who does some of it at a time.
struct Backlog<Element> {
  private var elements: [Element] = []
  private var first = 0

  var isEmpty: Bool { first == elements.count }
  var count: Int { elements.count - first }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func takeFirst() -> Element? {
    if isEmpty { return nil }
    defer { dropTaken() }
    first += 1
    return elements[first - 1]
  }

  /// Half of the room at most is of what was taken, so each element is moved once on average.
  private mutating func dropTaken() {
    if first < elements.count, first * 2 <= elements.count { return }
    elements.removeFirst(first)
    first = 0
  }
}
