import ItemStore

@testable import Replication

extension ItemStore {
  /// The value that clients find under a key; nil: none.
  func value(of key: String, at moment: Moment) -> [UInt8]? {
    let bytes = [UInt8](key.utf8)
    var value: [UInt8]?
    view(bytes.span, hash: hash(bytes.span), now: moment.seconds) { view in
      var found: [UInt8] = []
      view.forEachPiece { piece in
        found += [UInt8](copying: piece)
        return true
      }
      value = found
    }
    return value
  }
}
