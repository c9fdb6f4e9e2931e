import ConnectionServer
import Platform

/// What a client is shown that watches. What it sends meanwhile is dropped.
struct WatchStream: StreamedReply {
  let subscription: WatchSubscription

  var maxPieceBytes: Int { 4 << 10 }

  mutating func writePiece(to bytes: inout ByteBuffer) -> StreamProgress {
    subscription.take(to: &bytes, atMost: maxPieceBytes) ? .written : .waiting
  }
}
