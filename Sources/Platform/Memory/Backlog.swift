/// What waits to be done, in its order, for who does some of it at a time. Locks: none; one owner.
@usableFromInline package struct Backlog<Element> {
  @usableFromInline var elements: [Element] = []
  @usableFromInline var start = 0

  @inlinable package init() {}

  @inlinable package var isEmpty: Bool { start == elements.count }
  @inlinable package var first: Element? { isEmpty ? nil : elements[start] }
  @inlinable package var last: Element? { isEmpty ? nil : elements.last }

  @inlinable package mutating func append(_ element: Element) { elements.append(element) }

  @inlinable package mutating func takeFirst() -> Element? {
    if isEmpty { return nil }
    defer { dropTaken() }
    start += 1
    return elements[start - 1]
  }

  /// Half of the room at most is of what was taken, so each element is moved once on average.
  @inlinable mutating func dropTaken() {
    if start < elements.count, start * 2 <= elements.count { return }
    elements.removeFirst(start)
    start = 0
  }
}
