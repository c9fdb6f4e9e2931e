/// Why a store could not be made or grow.
package enum StoreError: Error, Sendable, CustomStringConvertible {
  case memory(String)

  package var description: String {
    switch self {
    case .memory(let why): "failed to allocate memory for items: \(why)"
    }
  }
}
