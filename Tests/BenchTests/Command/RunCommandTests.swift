import ArgumentParser
import Testing

@testable import repcached_bench

@Suite("Options")
struct RunCommandTests {
  private func message(_ arguments: String...) -> String {
    do {
      _ = try RunCommand.parse(arguments)
      return "accepted"
    } catch {
      return RunCommand.message(for: error)
    }
  }

  @Test("without options the load is 50 connections, 90:10, 10,000 keys of 32 B, 100 B, for 10 seconds")
  func defaults() throws {
    let command = try RunCommand.parse([])
    let plan = command.drive.plan(try command.requests.workload(depth: command.drive.depth))
    #expect(plan.description == "50 connections, 1 in flight, 90% get, 10,000 keys of 32 B, values of 100 B")
    #expect(plan.length == .seconds(10) && plan.rate == nil && !plan.fills)
  }

  @Test("every option reaches the plan")
  func everything() throws {
    let command = try RunCommand.parse([
      "--mix", "1:1", "--multiget", "7", "--keys", "500", "--key-size", "20", "--zipf", "0.9", "--value-size", "50:20k",
      "--ttl", "60", "-c", "12", "-d", "4", "-t", "3", "--rate", "1000", "-n", "99", "--warmup", "1", "--load",
      "--idle", "5", "--seed", "11",
    ])
    let plan = command.drive.plan(try command.requests.workload(depth: command.drive.depth))
    #expect(
      plan.description
        == "12 connections, 3 threads, 5 idle besides, 4 in flight, 1,000 requests a second, 50% get, 7 keys a get, "
        + "500 keys of 20 B (Zipf 0.9), values of 50:20k")
    #expect(plan.length == .requests(99) && plan.fills && plan.seed == 11 && plan.workload.expiry == 60)
  }

  @Test("what cannot be is refused by its name")
  func refused() {
    #expect(message("--mix", "90").contains("--mix: two numbers like 90:10"))
    #expect(message("--mix", "0:0").contains("--mix"))
    #expect(message("--value-size", "20:10").contains("the smaller size comes first"))
    #expect(message("--key-size", "251").contains("--key-size: a key has 1 to 250 bytes"))
    #expect(message("--key-size", "2", "--keys", "1000").contains("1 to 256 different keys of 2 bytes"))
    #expect(message("--key-prefix", "a b").contains("no spaces"))
    #expect(message("--threads", "9", "-c", "8").contains("--threads: each needs a connection"))
    #expect(message("-n", "1", "--seconds", "1").contains("not both"))
    #expect(message("--connect-per-request", "-d", "2").contains("--connect-per-request"))
    #expect(message("--pid", "2147483647").contains("there is no process 2147483647"))
    #expect(message("--rate", "0").contains("--rate"))
    #expect(message("--zipf", "nan").contains("--zipf"))
    #expect(message("--nonsense").contains("--nonsense"))
  }

  @Test("help names every section")
  func help() {
    let help = RunCommand.helpMessage()
    for section in ["SERVER:", "REQUESTS:", "LOAD:", "REPORT:"] { #expect(help.contains(section)) }
  }
}
