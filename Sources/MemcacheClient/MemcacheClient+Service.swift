// With the package's trait `ServiceLifecycle` a client is a service; without it nothing of that library is fetched or built.

#if ServiceLifecycle
  import ServiceLifecycle

  extension MemcacheClient: Service {
    func untilShutdown(_ body: @Sendable @escaping () async throws(MemcacheError) -> Void) async throws(MemcacheError) {
      // By its type it may throw: the function does where its argument does, or always, as its version is.
      let operation: @Sendable () async throws -> Result<Void, MemcacheError> = {
        do throws(MemcacheError) {
          return .success(try await body())
        } catch {
          return .failure(error)
        }
      }
      try (try? await cancelWhenGracefulShutdown(operation))?.get()
    }
  }
#else
  extension MemcacheClient {
    func untilShutdown(_ body: @Sendable () async throws(MemcacheError) -> Void) async throws(MemcacheError) {
      try await body()
    }
  }
#endif
