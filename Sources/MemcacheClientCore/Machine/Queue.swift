/// First in, first out.
struct Queue<Element: Sendable>: Sendable {
  private var elements: [Element] = []
  private var head = 0

  var isEmpty: Bool { head == elements.count }
  var count: Int { elements.count - head }
  var first: Element? { isEmpty ? nil : elements[head] }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func removeFirst() -> Element? {
    guard !isEmpty else { return nil }
    defer {
      head += 1
      // Moving what is left costs as much as was taken since.
      if head >= 32, head * 2 >= elements.count {
        elements.removeFirst(head)
        head = 0
      }
    }
    return elements[head]
  }

  mutating func removeAll() -> ArraySlice<Element> {
    defer {
      elements = []
      head = 0
    }
    return elements[head...]
  }

  mutating func withFirst<Result>(_ body: (inout Element) -> Result) -> Result? {
    isEmpty ? nil : body(&elements[head])
  }

  func contains(where isMeant: (Element) -> Bool) -> Bool { elements[head...].contains(where: isMeant) }
}
