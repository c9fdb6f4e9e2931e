import Platform
import SystemPackage
import TestSupport

@testable import CacheServer

/// The other end of a connection of a `WorkerRig`. Reads only when told to.
final class RigClient {
  let socket: FileDescriptor
  private let rig: WorkerRig
  private(set) var received: [UInt8] = []
  /// The server has closed, and all it sent was read.
  private(set) var isAtEnd = false
  private var isOpen = true

  init(_ socket: FileDescriptor, rig: WorkerRig) {
    self.socket = socket
    self.rig = rig
  }

  deinit { close() }

  func close() {
    if isOpen { Socket.close(socket) }
    isOpen = false
  }

  // MARK: Sending

  /// What the socket takes of the bytes at once.
  func offer(_ bytes: ArraySlice<UInt8>) -> Int {
    if bytes.isEmpty { return 0 }
    let part = Array(bytes)
    guard case .bytes(let count) = Socket.send(socket, part.span) else { return 0 }
    return count
  }

  /// All of it, the worker taking it in meanwhile. False if the worker stops doing so.
  @discardableResult func send(_ bytes: [UInt8]) -> Bool {
    var position = 0
    while position < bytes.count {
      let sent = offer(bytes[position..<min(position + 65_536, bytes.count)])
      position += sent
      if sent > 0 { continue }
      let before = rig.counters[.bytesRead]
      rig.pump()
      if rig.counters[.bytesRead] == before { return false }
    }
    rig.pump()
    return true
  }

  @discardableResult func send(_ text: String) -> Bool { send([UInt8](text.utf8)) }

  // MARK: Receiving

  /// One recv(2); returns how many bytes came.
  @discardableResult func read(upTo limit: Int = 65_536) -> Int {
    var chunk = [UInt8](repeating: 0, count: limit)
    var target = chunk.mutableSpan
    switch Socket.receive(socket, into: &target) {
    case .bytes(let count):
      received += chunk[..<count]
      return count
    case .wouldBlock: return 0
    case .closed, .failed:
      isAtEnd = true
      return 0
    }
  }

  /// Everything, until the worker has no more.
  func readAll() {
    while true {
      rig.pump()
      if read() == 0 { return }
    }
  }

  /// What was received since the last call.
  func take() -> [UInt8] {
    defer { received = [] }
    return received
  }

  func takeText() -> String { String(decoding: take(), as: UTF8.self) }

  /// Sends, and reads everything that is answered.
  func ask(_ bytes: [UInt8]) -> [UInt8] {
    var position = 0
    while position < bytes.count {
      let sent = offer(bytes[position..<min(position + 65_536, bytes.count)])
      position += sent
      if sent == 0 { readAll() }
    }
    readAll()
    return take()
  }

  func ask(_ text: String) -> String { String(decoding: ask([UInt8](text.utf8)), as: UTF8.self) }
}

/// Waits until it is so, some thirty seconds.
func eventually(_ condition: () -> Bool) -> Bool { eventually(within: .seconds(30), condition) }
