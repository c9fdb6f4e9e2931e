// swift-tools-version: 6.2
import PackageDescription

// The layers of docs/architecture.md: a target depends only on what stands below it (`make check-layout`).
// Span-returning accessors need the Lifetimes feature; it adds no run-time code.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableExperimentalFeature("Lifetimes"),
  // Tests take out one rule of the pair at a time (`PairRules`); a release build cannot.
  .define("SWITCHABLE_RULES", .when(configuration: .debug)),
]

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "repcached",
  products: [.library(name: "MemcacheClient", targets: ["MemcacheClient"])],
  traits: [.trait(name: "ServiceLifecycle", description: "MemcacheClient is a Service of swift-service-lifecycle.")],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.1.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    // Ground
    .systemLibrary(name: "CLibevent", pkgConfig: "libevent", providers: [.apt(["libevent-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CProcessor"),
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
    .target(name: "Platform", dependencies: [systemPackage], swiftSettings: settings),

    // Engines
    .target(name: "EventLoop", dependencies: ["CLibevent", "Platform", systemPackage], swiftSettings: settings),
    .target(name: "Transport", dependencies: ["COpenSSL", "Platform", systemPackage], swiftSettings: settings),
    .target(name: "MessageAuthentication", dependencies: ["COpenSSL", "Platform"], swiftSettings: settings),
    .target(name: "ItemStore", dependencies: ["CProcessor", "Platform"], swiftSettings: settings),
    .target(name: "MemcacheProtocol", dependencies: ["CProcessor"], swiftSettings: settings),
    .target(name: "KeyDistribution", swiftSettings: settings),
    .target(name: "CommandFlags", swiftSettings: settings),

    // Serving
    .target(
      name: "ConnectionServer", dependencies: ["EventLoop", "Transport", "Platform", systemPackage],
      swiftSettings: settings),

    // Clients
    .target(
      name: "MemcacheClientCore", dependencies: ["KeyDistribution", "MemcacheProtocol"], swiftSettings: settings),

    // Links
    .target(
      name: "Replication",
      dependencies: ["ItemStore", "EventLoop", "MessageAuthentication", "Transport", "Platform", systemPackage],
      swiftSettings: settings),

    // Logins of clients
    .target(
      name: "ClientLogin",
      dependencies: [
        "ConnectionServer", "EventLoop", "MemcacheProtocol", "MessageAuthentication", "Transport", "Platform",
        systemPackage,
      ],
      swiftSettings: settings),

    // Libraries
    .target(
      name: "MemcacheClient",
      dependencies: [
        "MemcacheClientCore", "KeyDistribution", "MemcacheProtocol", "Transport", "Platform", systemPackage,
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(
          name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: .when(traits: ["ServiceLifecycle"])),
      ],
      swiftSettings: settings),

    // Servers
    .target(
      name: "CacheServer",
      dependencies: [
        "ClientLogin", "CommandFlags", "ConnectionServer", "Replication", "ItemStore", "MemcacheProtocol", "EventLoop",
        "Transport", "Platform", systemPackage,
      ],
      swiftSettings: settings),

    .target(
      name: "CacheProxy",
      dependencies: [
        "ClientLogin", "CommandFlags", "ConnectionServer", "KeyDistribution", "MemcacheClientCore", "MemcacheProtocol",
        "EventLoop", "Transport", "Platform", systemPackage, .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: settings),

    // Administration
    .target(
      name: "AdminServer",
      dependencies: [
        "CacheServer", "ClientLogin", "ConnectionServer", "KeyDistribution", "MessageAuthentication", "EventLoop",
        "Transport", "Platform", systemPackage,
      ],
      swiftSettings: settings),

    // Executables
    .executableTarget(
      name: "repcached",
      dependencies: [
        "AdminServer", "CacheServer", "ConnectionServer", "Platform", systemPackage,
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "magent", dependencies: ["CacheProxy", "Platform", systemPackage], swiftSettings: settings),
    .executableTarget(
      name: "repcached-tool",
      dependencies: [
        "CNcurses", "KeyDistribution", "Transport", "Platform", systemPackage,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "repcached-bench",
      dependencies: [
        "MemcacheProtocol", "Transport", "Platform", systemPackage,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ],
      swiftSettings: settings),

    // Tests mirror the sources one to one; what several of them use stands in TestSupport.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(
      name: "PlatformTests", dependencies: ["Platform", "TestSupport", systemPackage], swiftSettings: settings),
    .testTarget(
      name: "EventLoopTests", dependencies: ["EventLoop", "Platform", "TestSupport", systemPackage],
      swiftSettings: settings),
    .testTarget(
      name: "TransportTests", dependencies: ["Transport", "Platform", "TestSupport", systemPackage],
      swiftSettings: settings),
    .testTarget(
      name: "MessageAuthenticationTests", dependencies: ["MessageAuthentication", "Platform"], swiftSettings: settings),
    .testTarget(
      name: "ItemStoreTests", dependencies: ["ItemStore", "Platform", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "MemcacheProtocolTests", dependencies: ["MemcacheProtocol", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "CommandFlagsTests", dependencies: ["CommandFlags"], swiftSettings: settings),
    .testTarget(
      name: "ClientLoginTests",
      dependencies: ["ClientLogin", "ConnectionServer", "Platform", "TestSupport", systemPackage],
      swiftSettings: settings),
    .testTarget(
      name: "KeyDistributionTests", dependencies: ["KeyDistribution"], exclude: ["Vectors"], swiftSettings: settings),
    .testTarget(
      name: "MemcacheClientCoreTests",
      dependencies: ["MemcacheClientCore", "KeyDistribution", "MemcacheProtocol", "TestSupport"],
      swiftSettings: settings),
    .testTarget(name: "MemcacheClientTests", dependencies: ["MemcacheClient", "Platform"], swiftSettings: settings),
    .testTarget(
      name: "ReplicationTests",
      dependencies: ["Replication", "ItemStore", "EventLoop", "Platform", "TestSupport", systemPackage],
      swiftSettings: settings),
    .testTarget(
      name: "ConnectionServerTests",
      dependencies: ["ConnectionServer", "EventLoop", "Transport", "Platform", "TestSupport", systemPackage],
      swiftSettings: settings),
    .testTarget(
      name: "CacheServerTests",
      dependencies: [
        "CacheServer", "ClientLogin", "ConnectionServer", "Replication", "ItemStore", "MemcacheProtocol", "EventLoop",
        "Transport", "Platform", "TestSupport", systemPackage,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CacheProxyTests",
      dependencies: [
        "CacheProxy", "ConnectionServer", "KeyDistribution", "MemcacheProtocol", "EventLoop", "Transport", "Platform",
        "TestSupport", systemPackage,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "AdminServerTests",
      dependencies: [
        "AdminServer", "CacheServer", "ConnectionServer", "EventLoop", "KeyDistribution", "Platform", "TestSupport",
        "Transport", systemPackage,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "BenchTests",
      dependencies: ["repcached-bench", "MemcacheProtocol", "Platform", "TestSupport", systemPackage],
      swiftSettings: settings),
    .testTarget(
      name: "RepcachedToolTests",
      dependencies: ["repcached-tool", "KeyDistribution", "Platform", "TestSupport", systemPackage],
      swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "COpenSSL", "KeyDistribution", "MemcacheClient", "Platform", "TestSupport", "magent", "repcached",
        "repcached-bench", "repcached-tool", systemPackage, .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["Differ/Transcripts"], swiftSettings: settings),
    .testTarget(
      name: "FuzzingTests",
      dependencies: [
        "CacheServer", "ConnectionServer", "Replication", "ItemStore", "EventLoop", "Platform", "TestSupport",
        systemPackage,
      ],
      exclude: ["Corpus", "Dictionaries", "Main"], swiftSettings: settings),
  ]
)

// `make test`: without the optimizer the simulations of store and pair run for minutes. Assertions stay. (The store's tests take
// as long as before without it, and are built in half the time.)
if Context.environment["REPCACHED_OPTIMIZE"] != nil {
  let flags = SwiftSetting.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))
  let names = ["Platform", "ItemStore", "Replication", "ReplicationTests"]
  for target in package.targets where names.contains(target.name) { target.swiftSettings?.append(flags) }
}

// `make simulate` and others that want the tests of one target alone: building all of them optimized takes minutes.
if let only = Context.environment["REPCACHED_TESTS"] {
  package.targets.removeAll { $0.type == .test && $0.name != only }
}

// `make fuzz`: what tries the parsers becomes a program that libFuzzer drives, in place of the tests that replay its inputs.
if Context.environment["REPCACHED_FUZZ"] != nil, let tests = package.targets.last {
  package.targets.removeLast()
  package.targets += [
    .systemLibrary(name: "CLibFuzzer", path: "Tests/CLibFuzzer"),
    .executableTarget(
      name: "repcached-fuzz", dependencies: tests.dependencies + ["CLibFuzzer"], path: "Tests/FuzzingTests",
      exclude: ["Corpus", "Dictionaries", "Replay"],
      swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]),
  ]
}
