import Foundation
import Glibc

/// What /proc says of any process, also one that this test did not start itself (a daemon that has detached).
enum ProcessTable {
  /// Whether it runs; one that has ended but that nobody has waited for does not.
  static func isRunning(_ pid: Int32) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
    return !(text.split(separator: ")").last ?? "").hasPrefix(" Z")
  }

  static func pid(in file: String) -> Int32? {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
    return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  static func program(of pid: Int32) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")
  }

  static func session(of pid: Int32) -> Int32? {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
    let fields = text.split(separator: ")").last.map { $0.split(separator: " ") } ?? []
    return fields.count > 3 ? Int32(fields[3]) : nil
  }

  static func standardStreams(of pid: Int32) -> [String] {
    (0...2).map { (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\($0)")) ?? "?" }
  }

  static func field(_ name: String, of pid: Int32) -> String? {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    return line.map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
  }

  /// Whether this process has CAP_SYS_RESOURCE: root of a container may lack it.
  static var mayLiftLimits: Bool {
    let word = field("CapEff", of: getpid()).flatMap { UInt64($0, radix: 16) } ?? 0
    return word & 1 << 24 != 0
  }

  static func listeningPorts(of pid: Int32) -> Set<UInt16> {
    let folder = "/proc/\(pid)/fd"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let targets = names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }
    let inodes = Set(targets.filter { $0.hasPrefix("socket:[") }.map { $0.filter(\.isNumber) })
    return Set(["tcp", "tcp6"].flatMap { listeners(in: $0) }.filter { inodes.contains($0.inode) }.map(\.port))
  }

  private static func listeners(in table: String) -> [(port: UInt16, inode: String)] {
    let text = (try? String(contentsOfFile: "/proc/net/\(table)", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count > 9, fields[3] == "0A", let hex = fields[1].split(separator: ":").last else { return nil }
      return UInt16(hex, radix: 16).map { ($0, String(fields[9])) }
    }
  }
}
