// swift-tools-version: 6.2
import PackageDescription

// What programs do with MemcacheClient: the first page of its documentation, and sessions of a web server (Hummingbird).
// `make examples` builds and tries them.
let package = Package(
  name: "session-store",
  dependencies: [
    .package(name: "repcached", path: "../..", traits: ["ServiceLifecycle"]),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.10.0"),
  ],
  targets: [
    .executableTarget(name: "FirstPage", dependencies: [.product(name: "MemcacheClient", package: "repcached")]),
    .target(
      name: "SessionStore",
      dependencies: [
        .product(name: "MemcacheClient", package: "repcached"), .product(name: "Hummingbird", package: "hummingbird"),
      ]),
    .executableTarget(name: "SessionServer", dependencies: ["SessionStore"]),
    .testTarget(
      name: "SessionStoreTests",
      dependencies: ["SessionStore", .product(name: "HummingbirdTesting", package: "hummingbird")]),
  ]
)
