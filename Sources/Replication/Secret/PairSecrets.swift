import Platform
import Synchronization

// The secrets of the pair, as the lines of their file: the first is spoken, each is accepted.
//
//   old        both sides           one speaks, and both accept, the old one
//   old, new   then the other side  both speak the old one, and this side accepts the new one already
//   new        when both have both  this side speaks the new one, and the other accepts it
//
// So a secret changes while the pair runs: the file is read anew at SIGHUP, a link that is made stays as it is, and the
// next handshake uses what the file had. Who dialled answers with the secret that the acceptor spoke, for that one both
// have. An acceptor whose first one is refused speaks the next in the handshake after that: one that still has both and is
// dialled by one that has only the new.
//
// Invariants. There is at least one secret from the first `load` on, and a file that cannot be used changes nothing.
// Locks: one, around the list; whoever proves takes a copy of a secret, whose key never changes. Any thread may call.
package final class PairSecrets: Sendable {
  /// More lines are no secrets but some other file.
  package static let maxCount = 8

  private struct State {
    var secrets: [SharedSecret]
    /// The place of the one that is spoken.
    var spoken = 0
  }

  private let state: Mutex<State>

  /// - Parameter secrets: none, until the file is read.
  package init(_ secrets: [SharedSecret] = []) { state = Mutex(State(secrets: secrets)) }

  /// What this side proves with, if the other has not proven another.
  var spoken: SharedSecret? {
    state.withLock { $0.spoken < $0.secrets.count ? $0.secrets[$0.spoken] : nil }
  }

  /// The other side knows another than the one that was spoken.
  func speakNext() {
    state.withLock { $0.spoken = $0.spoken + 1 < $0.secrets.count ? $0.spoken + 1 : 0 }
  }

  /// The secret with which a proof was made, if it is one of these.
  func secret(
    of proof: Proof, by prover: Prover, connector: Hello, acceptor: Hello
  ) -> SharedSecret? {
    state.withLock { $0.secrets }.first { $0.proof(by: prover, connector: connector, acceptor: acceptor) == proof }
  }

  // MARK: The file

  /// Reads them anew. Returns how many there are.
  package func load(_ path: String) throws(SharedSecretError) -> Int {
    let bytes: SecretBytes
    do throws(SecretFileError) { bytes = try SecretFile.read(path) } catch { throw .file(error) }
    let secrets = try Self.read(bytes.bytes)
    state.withLock { $0 = State(secrets: secrets) }
    return secrets.count
  }

  /// The end of a line, as `\n` or `\r\n`, is no part of a secret, and the last line may have none.
  static func read(_ text: Span<UInt8>) throws(SharedSecretError) -> [SharedSecret] {
    var secrets: [SharedSecret] = []
    var start = 0
    while start < text.count || secrets.isEmpty {
      if secrets.count == maxCount { throw .tooMany }
      var end = start
      while end < text.count, text[end] != 10 { end += 1 }
      let next = min(end + 1, text.count)
      if end > start, text[end - 1] == 13 { end -= 1 }
      do throws(SharedSecretError) {
        secrets.append(try SharedSecret(SecretBytes(copying: text.extracting(start..<end))))
      } catch {
        throw secrets.isEmpty && next == text.count ? error : .line(secrets.count + 1)
      }
      start = next
    }
    return secrets
  }
}
