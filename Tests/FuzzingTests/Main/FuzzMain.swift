import CLibFuzzer
import Glibc

// The program that libFuzzer drives (`make fuzz`). Which parser is tried says the environment: REPCACHED_FUZZ=text, meta, …
// It is no part of a usual build: libFuzzer brings the main function.

private let target: FuzzTarget = {
  let name = unsafe getenv("REPCACHED_FUZZ").map { unsafe String(cString: $0) } ?? ""
  guard let target = FuzzTarget(rawValue: name) else {
    fatalError("REPCACHED_FUZZ must be one of \(FuzzTarget.allCases.map(\.rawValue))")
  }
  return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func runOne(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  let input = unsafe UnsafeBufferPointer(start: data, count: size)
  if let fault = unsafe target.run(Array(input)) { fatalError(fault) }
  return 0
}

/// Half of the changes are of whole commands, the others libFuzzer's own.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maxSize: Int, _ seed: UInt32) -> Int {
  if seed & 1 == 0 { return unsafe LLVMFuzzerMutate(data, size, maxSize) }
  let input = unsafe Array(UnsafeBufferPointer(start: data, count: size))
  let output = CommandMutator(target.grammar, seed: UInt64(seed)).mutate(input).prefix(maxSize)
  for (index, byte) in output.enumerated() { unsafe data[index] = byte }
  return output.count
}
