import MemcacheClient

let client = try MemcacheClient(servers: ["127.0.0.1:11211"])

try await withThrowingTaskGroup(of: Void.self) { group in
  // Connects, and serves the requests below until the group is cancelled.
  group.addTask { try await client.run() }

  try await client.set("greeting", to: "hello", expiration: .after(.seconds(60)))
  print(try await client.get("greeting", as: String.self) ?? "gone")

  try await client.set("visits", to: 0)
  print(try await client.increment("visits") ?? 0)

  group.cancelAll()
}
