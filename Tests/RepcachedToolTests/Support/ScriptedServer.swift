import ArgumentParser
import Platform
import Synchronization
import SystemPackage

@testable import repcached_tool

/// A server that says what a test wants, whatever it is asked: one connection after another, on a thread of its own.
final class ScriptedServer: Sendable {
  enum Step: Sendable {
    case say(String)
    /// Again and again, until the client has gone.
    case sayForEver(String)
    /// The same, a little at a time.
    case dribble(String)
    case close
  }

  let name: ServerName
  private let listener: FileDescriptor
  private let isOver = Atomic<Bool>(false)
  private let thread = Mutex<Thread?>(nil)

  /// - Parameter answer: to a line, without its end.
  init(_ answer: @escaping @Sendable (String) -> Step) throws {
    listener = try Socket.listen(on: .loopback4(port: 0), backlog: 8)
    name = ServerName("127.0.0.1:\(try Socket.localAddress(listener).port)") ?? .local
    let thread = try Thread.start(name: "server") { [unowned self] in serve(answer) }
    self.thread.withLock { $0 = thread }
  }

  func end() {
    isOver.store(true, ordering: .releasing)
    thread.withLock { $0 }?.join()
    Socket.close(listener)
  }

  private var isEnding: Bool { isOver.load(ordering: .acquiring) }

  private func serve(_ answer: (String) -> Step) {
    while !isEnding {
      guard case .connection(let client, _) = Socket.accept(listener) else {
        Thread.sleep(nanoseconds: 1_000_000)
        continue
      }
      talk(client, answer)
      Socket.close(client)
    }
  }

  private func talk(_ client: FileDescriptor, _ answer: (String) -> Step) {
    var rest: [UInt8] = []
    while !isEnding {
      guard let more = receive(client) else { return }
      if more.isEmpty { Thread.sleep(nanoseconds: 200_000) }
      rest += more
      while let end = rest.firstIndex(of: 10) {
        let line = String(decoding: rest[..<end].filter { $0 != 13 }, as: UTF8.self)
        rest.removeSubrange(...end)
        if !take(answer(line), client) { return }
      }
    }
  }

  /// Nil: it has gone.
  private func receive(_ client: FileDescriptor) -> [UInt8]? {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var target = chunk.mutableSpan
    switch Socket.receive(client, into: &target) {
    case .bytes(let count): return Array(chunk[..<count])
    case .wouldBlock: return []
    case .closed, .failed: return nil
    }
  }

  private func take(_ step: Step, _ client: FileDescriptor) -> Bool {
    switch step {
    case .say(let text): return send(text, client)
    case .sayForEver(let text): while !isEnding, send(text, client) {}
    case .dribble(let text): while !isEnding, send(text, client) { Thread.sleep(nanoseconds: 10_000_000) }
    case .close: break
    }
    return false
  }

  private func send(_ text: String, _ client: FileDescriptor) -> Bool {
    var rest = Array(text.utf8)
    while !rest.isEmpty, !isEnding {
      switch Socket.send(client, rest.span) {
      case .bytes(let count): rest.removeFirst(count)
      case .wouldBlock: Thread.sleep(nanoseconds: 200_000)
      case .failed: return false
      }
    }
    return true
  }
}

extension AccessOptions {
  /// As a command line gives them.
  static func of(_ arguments: String...) throws -> AccessOptions { try AccessOptions.parse(arguments) }
}
