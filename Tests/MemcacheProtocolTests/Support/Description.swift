import MemcacheProtocol

// Requests hold positions; tests compare words. These functions write a request as a line that a reader of the test
// understands: "set k flags=0 exptime=0 bytes=3 noreply".

func string(_ range: ByteRange, in input: Span<UInt8>) -> String {
  var bytes: [UInt8] = []
  let part = input.bytes(in: range)
  for index in part.indices { bytes.append(part[index]) }
  return String(decoding: bytes, as: UTF8.self)
}

func describe(_ parse: TextParse, in input: Span<UInt8>) -> String {
  switch parse {
  case .incomplete: "incomplete"
  case .close: "close"
  case .request(let request, _): describe(request, in: input)
  case .longRetrieval(let retrieval, _): "long\(retrieval.withCAS ? " cas" : "") \(retrieval.exptime ?? -99)"
  }
}

func describe(_ request: TextRequest, in input: Span<UInt8>) -> String {
  switch request {
  case .get(let first, let withCAS): "\(withCAS ? "gets" : "get")\(keys(from: first, in: input))"
  case .getAndTouch(let first, let exptime, let withCAS):
    "\(withCAS ? "gats" : "gat") \(exptime)\(keys(from: first, in: input))"
  case .storage(let header): describe(header, in: input)
  case .delete(let key, let noreply): "delete \(string(key, in: input))\(mark(noreply))"
  case .increment(let key, let delta, let noreply): "incr \(string(key, in: input)) \(delta)\(mark(noreply))"
  case .decrement(let key, let delta, let noreply): "decr \(string(key, in: input)) \(delta)\(mark(noreply))"
  case .touch(let key, let exptime, let noreply): "touch \(string(key, in: input)) \(exptime)\(mark(noreply))"
  case .flushAll(let delay, let noreply): "flush_all \(delay)\(mark(noreply))"
  case .version: "version"
  case .quit: "quit"
  case .verbosity(let level, let noreply): "verbosity \(level)\(mark(noreply))"
  case .shutdown(let mode, let noreply): "shutdown \(mode)\(mark(noreply))"
  case .slabs(let command, let noreply): "slabs \(describe(command))\(mark(noreply))"
  case .administration(let request, let noreply): "\(describe(request, in: input))\(mark(noreply))"
  case .refreshCertificates: "refresh_certs"
  case .replicationPeer(let place): "replication peer \(string(place, in: input))"
  case .stats(let arguments): "stats [\(string(arguments, in: input))]"
  case .meta(let verb, let words): "meta \(verb) [\(string(words, in: input))]"
  case .refused(let error, let isSilenced, let swallow):
    "refused \(error)\(isSilenced ? " silenced" : "")\(swallow > 0 ? " swallow \(swallow)" : "")"
  }
}

private func describe(_ header: StorageHeader, in input: Span<UInt8>) -> String {
  let cas = header.verb == .cas ? " cas=\(header.casUnique)" : ""
  return "\(header.verb) \(string(header.key, in: input)) flags=\(header.flags) exptime=\(header.exptime)"
    + " bytes=\(header.valueCount)\(cas)\(mark(header.noreply))"
}

private func describe(_ command: SlabsCommand) -> String {
  switch command {
  case .reassign(let source, let target): "reassign \(source) \(target)"
  case .automove(let level): "automove \(level)"
  case .tuneAutomove: "tune"
  }
}

private func describe(_ request: AdministrationRequest, in input: Span<UInt8>) -> String {
  switch request {
  case .memoryLimit(let megabytes): "cache_memlimit \(megabytes)"
  case .lru(let command): "lru \(command)"
  case .crawler(.crawl(let classes)): "crawler crawl \(string(classes, in: input))"
  case .crawler(.metadump(let classes)): "crawler metadump \(string(classes, in: input))"
  case .crawler(.mgdump(let classes)): "crawler mgdump \(string(classes, in: input))"
  case .crawler(let command): "crawler \(command)"
  case .watch(let kinds): "watch \(kinds.rawValue)"
  case .refused(let refusal): "refused \(refusal)"
  }
}

private func mark(_ noreply: Bool) -> String { noreply ? " noreply" : "" }

private func keys(from first: ByteRange, in input: Span<UInt8>) -> String {
  var line = LongRetrieval.resumed(withCAS: false, exptime: nil)
  var position = first.lowerBound
  var result = ""
  while true {
    switch line.next(in: input, from: position) {
    case .key(let range, let next):
      result += " " + string(range, in: input)
      position = next
    case .end: return result
    case .refused: return result + " tooLong"
    case .incomplete, .skipped: return result + " unended"
    }
  }
}
