/// The numbers of the store's eviction, as `ItemStore` has them, and what else was weighed. All can be set by name.
struct PolicyParameters: Equatable {
  /// Part of the objects that may always be newcomers.
  var newcomersShare = 0.10
  /// Uses of a newcomer that make it old when the young hand comes by.
  var proof = 2.0
  /// 1: a get that misses leaves a mark, and is a use of what is set then.
  var missesAreUses = 1.0
  /// Part of its uses that an item keeps then.
  var usesKept = 0.0
  /// Part of the first fill that is old from the beginning.
  var oldAtFill = 0.0
  /// 1: what the old hand frees goes to the item promoted last, so that newcomers stand in the order of their coming.
  var keepsOrder = 1.0
  /// Evicted the same way since, as part of the objects: up to here a refault is near.
  var nearShare = 1.0 / 32
  /// What a refault of a newcomer adds to the newcomers granted: of one that is near; of one that is far, where none of the
  /// next `candidates` of the old hand was used.
  var nearStep = 1.0
  var farStep = 2.0
  /// What one of an old item takes off: near; and far, where none of the next newcomers has proven itself.
  var oldStep = 2.0
  var farOldStep = 4.0
  var candidates = 32.0
  /// 1: what comes back while its ghost stands is old at once; where it was a newcomer, where it was old.
  var newcomerReturnsOld = 1.0
  var oldReturnsOld = 0.0
  /// 1: a get that misses is a refault; 0: only the set that follows.
  var missesCount = 1.0
  /// Ticks in which as many are evicted as there are objects, and how old a ghost may be.
  var ticksPerTurn = 64.0
  var maxGhostAge = 48.0
  /// Slots of an index bucket, at most 8 of them used on average: the others have room for ghosts.
  var slots = 12.0
  /// The index begins with so many buckets, so that few objects have much room for ghosts. 1 shows on few objects what many have.
  var minBuckets = 16_384.0
  /// What a counter of uses ends at.
  var maxUses = 3.0

  private struct Field {
    let name: String
    let range: ClosedRange<Double>
    let path: WritableKeyPath<PolicyParameters, Double>

    init(_ name: String, _ range: ClosedRange<Double>, _ path: WritableKeyPath<PolicyParameters, Double>) {
      (self.name, self.range, self.path) = (name, range, path)
    }
  }

  private static var fields: [Field] {
    [
      Field("newcomersShare", 0...1, \.newcomersShare), Field("proof", 1...255, \.proof),
      Field("missesAreUses", 0...1, \.missesAreUses),
      Field("usesKept", 0...1, \.usesKept), Field("oldAtFill", 0...1, \.oldAtFill),
      Field("keepsOrder", 0...1, \.keepsOrder), Field("nearShare", 0...1, \.nearShare),
      Field("nearStep", 0...1e6, \.nearStep), Field("farStep", 0...1e6, \.farStep),
      Field("oldStep", 0...1e6, \.oldStep), Field("farOldStep", 0...1e6, \.farOldStep),
      Field("candidates", 1...1e6, \.candidates),
      Field("newcomerReturnsOld", 0...1, \.newcomerReturnsOld), Field("oldReturnsOld", 0...1, \.oldReturnsOld),
      Field("missesCount", 0...1, \.missesCount), Field("ticksPerTurn", 1...255, \.ticksPerTurn),
      Field("maxGhostAge", 0...255, \.maxGhostAge), Field("slots", 8...64, \.slots),
      Field("minBuckets", 1...16_777_216, \.minBuckets),
      Field("maxUses", 1...255, \.maxUses),
    ]
  }

  static var names: [String] { fields.map(\.name) }

  init() {}

  /// - Parameter settings: `name=value,name=value…`, what is not named being as in the store.
  init(_ settings: String) throws(OptionError) {
    for setting in settings.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = setting.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, let field = Self.fields.first(where: { $0.name == parts[0] }) else {
        throw OptionError("'\(setting)': say name=value with one of \(Self.names.joined(separator: ", "))")
      }
      guard let value = Double(parts[1]), field.range.contains(value) else {
        throw OptionError("\(field.name): from \(field.range.lowerBound) to \(field.range.upperBound)")
      }
      self[keyPath: field.path] = value
    }
  }
}
