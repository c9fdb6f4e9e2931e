/// Whether a host may try to pair, judged by its address before it has said a word.
package enum Admission: Sendable, Equatable {
  case admitted
  /// With the words that tell the owner what to do if this was his peer.
  case refused(remedy: String)
}
