import Platform

func contents(_ secret: borrowing SecretBytes) -> [UInt8] {
  let bytes = secret.bytes
  return bytes.indices.map { bytes[$0] }
}
