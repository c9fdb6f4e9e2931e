import EventLoop
import Platform
import SystemPackage

/// The worker's side of the datagram ports. Every worker has a descriptor of each port's socket: the first to look gets the
/// datagram, and a worker that is busy leaves it to the others.
///
/// A flood must not starve connections: of each port so many datagrams are served in a pass, and no more bytes sent than in a
/// connection's turn.
extension WorkerThread {
  private static let datagramsPerPass = 32

  /// A socket to be served from now on; the worker closes it.
  func serveDatagrams(of socket: FileDescriptor, port: UInt16) {
    do throws(EventLoopError) {
      let watch = try SocketWatch(loop: loop, socket: socket) { [unowned self] in receiveDatagrams(socket, port) }
      datagramSockets.append(DatagramSocket(watch: watch, lastRequestAt: session.beginPass()))
      watch.resume()
    } catch {
      Socket.close(socket)
    }
  }

  private func receiveDatagrams(_ socket: FileDescriptor, _ port: UInt16) {
    let replyLimit = context.configuration.datagramReplyLimit
    state.with { state in
      beginDatagrams(&state)
      let before = state.counters[.bytesWritten]
      for _ in 0..<Self.datagramsPerPass {
        if !hasRoomForDatagrams(state) || state.counters[.bytesWritten] &- before >= UInt64(Turn.byteLimit) { break }
        guard let received = state.receiveDatagram(from: socket, port: port, replyLimit: replyLimit) else { break }
        guard case .request(let datagram) = received else { continue }
        note(socket, state.seconds)
        finish(state.serve(datagram, session), state)
      }
    }
    willSendReplies()
  }

  private func note(_ socket: FileDescriptor, _ now: UInt32) {
    for index in datagramSockets.indices where datagramSockets[index].watch.socket == socket {
      datagramSockets[index].lastRequestAt = now
    }
  }

  /// What a datagram has waited for is there.
  func resumeDatagram(_ number: UInt32, _ state: inout WorkerState) {
    guard state.datagrams.isOccupied(number) else { return }
    beginDatagrams(&state)
    finish(state.resumeDatagram(number, session), state)
    willSendReplies()
    if hasRoomForDatagrams(state) { for socket in datagramSockets { socket.watch.resume() } }
  }

  /// The buffers are theirs only when nobody's reply is deferred.
  private func beginDatagrams(_ state: inout WorkerState) {
    sendBatch(&state)
    update(&state)
  }

  private func hasRoomForDatagrams(_ state: borrowing WorkerState) -> Bool {
    if state.datagrams.count < WorkerState.maxWaitingDatagrams { return true }
    for socket in datagramSockets { socket.watch.pause() }
    return false
  }

  private func finish(_ end: WorkerState.DatagramEnd, _ state: borrowing WorkerState) {
    switch end {
    case .done: break
    case .isHeld(let number):
      guard let kept = state.datagrams[number].rest.session else { return }
      session.holdReply(kept, at: .datagram(number))
    case .waitsForReply(let number):
      guard let kept = state.datagrams[number].rest.session else { return }
      session.deferReply(kept, DeferredReply(mailbox: mailbox, place: .datagram(number)))
    }
  }

  /// - Parameter now: seconds, as `beginPass` tells them.
  func datagramDescriptions(now: UInt32) -> [ConnectionDescription] {
    datagramSockets.map { datagrams in
      let socket = datagrams.watch.socket
      return ConnectionDescription(
        descriptor: socket.rawValue, peer: nil, local: try? Socket.localAddress(socket), activity: .reading,
        idleSeconds: now - min(datagrams.lastRequestAt, now), isDatagram: true)
    }
  }

  /// The worker ends.
  func closeDatagrams(_ state: inout WorkerState) {
    state.abandonDatagrams(session)
    let sockets = datagramSockets.map(\.watch.socket)
    datagramSockets = []
    for socket in sockets { Socket.close(socket) }
  }
}

/// A worker's descriptor of a port's socket.
struct DatagramSocket {
  let watch: SocketWatch
  /// Seconds, as `beginPass` tells them.
  var lastRequestAt: UInt32
}
