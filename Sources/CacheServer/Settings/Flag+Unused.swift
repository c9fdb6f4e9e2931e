/// What memcached 1.6.45 takes on its command line and what has no meaning here.
///
/// Command lines in the field go on working: each is taken, its value judged by itself as memcached judges it, and `-v` says why
/// nothing comes of it. What would leave somebody with less than he asked for, unseen, is refused instead. docs/flags.md tells all of
/// memcached's flags; `FlagFieldTests` holds it, and memcached's names are its test's.
extension Flag {
  /// Known to the command line, and neither to -h nor to the documents of repcached's own flags.
  static let unused = napi + refused + classes + lists + buffers + others + external

  static let refused = [
    Flag(
      "e", "memory-file", "file", help: nil, defaultText: nil, range: nil, isOption: false,
      effect: .refuse(
        "items are kept in no file; a peer keeps them over a restart: -x, and \"Pairing\" in docs/operations.md")),
    Flag(
      nil, "proxy_config", "file", help: nil, defaultText: nil, range: nil, isOption: true,
      effect: .refuse("this is a cache and no proxy: what clients write would stay here")),
  ]

  private static let napi = [
    unused("napi-ids", "num", .number(1...1_000_000), letter: "N", isOption: false, "clients go to the threads in turn")
  ]

  private static let classes = [
    unused("slab_reassign", always("pages can be moved")),
    unused("no_slab_reassign", always("pages can be moved")),
    unused("slab_automove_ratio", "ratio", .fraction(upTo: 1), pageRule),
    unused("slab_automove_window", "num", .number(3...1800), pageRule),
    unused("slab_automove_freeratio", "ratio", .fraction(upTo: .infinity), pageRule),
    unused("slab_sizes", "sizes", .chunkSizes, "the sizes of chunks follow from -n and -f"),
    unused("no_hashexpand", always("the index grows")),
    unused(
      "hash_algorithm", "name", .word(of: ["jenkins", "murmur3", "xxh3"]), "the index has a keyed hash of its own"),
  ]

  private static let lists = [
    unused("lru_crawler_sleep", "us", .number(0...1_000_000), "the crawler has its own pace"),
    unused(
      "lru_crawler_tocrawl", "num", .number(0...4_294_967_295), "the crawler looks at pages where something has expired"
    ),
    unused("lru_maintainer", noLists), unused("no_lru_maintainer", noLists),
    unused("hot_lru_pct", "pct", .number(1...79), noLists), unused("warm_lru_pct", "pct", .number(1...79), noLists),
    unused("hot_max_factor", "factor", .fraction(upTo: .infinity), noLists),
    unused("warm_max_factor", "factor", .fraction(upTo: .infinity), noLists),
    unused("temporary_ttl", "s", .number(0...4_294_967_295), noLists),
    unused("tail_repair_time", "s", .number(10...2_147_483_647), noLists),
  ]

  private static let buffers = [
    unused("read_buf_mem_limit", "mb", .number(0...4_294_967_295), workersBuffers),
    unused("resp_obj_mem_limit", "mb", .text, isValueOptional: true, workersBuffers),
    unused(
      "watcher_logbuf_size", "kb", .number(0...4_294_967_295), "what a watcher may leave unread has a fixed bound"),
    unused("worker_logbuf_size", "kb", .number(0...4_294_967_295), "what a watcher may leave unread has a fixed bound"),
    unused("inline_ascii_resp", workersBuffers), unused("no_inline_ascii_resp", workersBuffers),
  ]

  private static let others = [
    unused("modern", always("the program is as it would be with it")),
    unused("track_sizes", "the sizes are counted when they are asked for"),
    unused("drop_privileges", "no system calls are given up; see systemd's SystemCallFilter"),
    unused("no_drop_privileges", "no system calls are given up"),
    unused("relaxed_privileges", "no system calls are given up"),
    unused("sock_cookie_id", "num", .number(0...4_294_967_295), "sockets are not marked"),
    unused("proxy_arg", "text", .text, "this is no proxy"), unused("proxy_uring", "this is no proxy"),
    unused("proxy_memprofile", "this is no proxy"),
  ]

  private static let external =
    [
      "ext_page_size", "ext_wbuf_size", "ext_threads", "ext_io_depth", "ext_item_size", "ext_item_age", "ext_low_ttl",
      "ext_recache_rate", "ext_compact_under", "ext_drop_under", "ext_max_sleep",
    ].map { unused($0, "num", .number(0...4_294_967_295), memoryAlone) } + [
      unused("ext_path", "path", .externalFile, memoryAlone),
      unused("ext_max_frag", "ratio", .fraction(upTo: .infinity), memoryAlone),
      unused("ext_drop_unread", memoryAlone),
    ]

  // Why.

  private static func always(_ what: String) -> String { "\(what) always" }
  private static let pageRule = "pages go to the class where most of the evicted come back"
  private static let noLists = "there are no LRU lists"
  private static let workersBuffers = "buffers are the threads', and connections have none"
  private static let memoryAlone = "values are kept in memory alone: see -m"

  // How one is made.

  private static func unused(
    _ name: String, _ argument: String, _ reading: FlagReading<Void>, letter: Character? = nil, isOption: Bool = true,
    isValueOptional: Bool = false, _ why: String
  ) -> Flag {
    Flag(
      letter, name, argument, help: nil, defaultText: nil, range: nil, isOption: isOption,
      isValueOptional: isValueOptional,
      effect: .set { (settings, value) throws(SettingsError) in
        if !value.text.isEmpty || !isValueOptional { try reading.read(value) }
        settings.note(value.flag, why)
      })
  }

  private static func unused(_ name: String, _ why: String) -> Flag {
    Flag(nil, name, isOption: true, help: nil) { $0.note("-o \(name)", why) }
  }
}

extension Settings {
  fileprivate mutating func note(_ flag: String, _ why: String) {
    let line = "\(flag) has no meaning here: \(why)"
    if !notes.contains(line) { notes.append(line) }
  }
}
