// With the package's trait `ServiceLifecycle` a client is a service; without it nothing of that library is fetched or built.

#if ServiceLifecycle
  import ServiceLifecycle

  extension MemcacheClient: Service {
    func untilShutdown(_ body: @Sendable @escaping () async throws(MemcacheError) -> Void) async throws(MemcacheError) {
      let result: Result<Void, MemcacheError>? = try? await cancelWhenGracefulShutdown {
        do throws(MemcacheError) {
          return .success(try await body())
        } catch {
          return .failure(error)
        }
      }
      try result?.get()
    }
  }
#else
  extension MemcacheClient {
    func untilShutdown(_ body: @Sendable () async throws(MemcacheError) -> Void) async throws(MemcacheError) {
      try await body()
    }
  }
#endif
