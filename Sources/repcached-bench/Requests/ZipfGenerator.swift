import Glibc

// Ranks 1...count where rank k comes with a probability proportional to 1 / k^skew.
//
// Rejection-inversion (W. Hörmann, G. Derflinger: Rejection-inversion to generate variates from monotone discrete
// distributions, 1996): a point under the curve x^-skew is drawn by the inverse of its integral, rounded to a rank, and
// refused when it fell into the sliver where the curve is above the rank's own bar. Exact for every skew, 0 and 1
// included; no table, so a hundred million keys cost nothing; fewer than 1.4 draws a rank.

struct ZipfGenerator: Sendable {
  let count: UInt32
  let skew: Double
  private let firstArea: Double
  private let lastArea: Double
  private let shortcut: Double

  init(count: UInt32, skew: Double) {
    self.count = count
    self.skew = skew
    firstArea = ZipfGenerator.area(1.5, skew) - 1
    lastArea = ZipfGenerator.area(Double(count) + 0.5, skew)
    shortcut = 2 - ZipfGenerator.inverse(ZipfGenerator.area(2.5, skew) - exp(-skew * log(2)), skew)
  }

  func next(_ random: inout SplitMix) -> UInt32 {
    while true {
      let point = lastArea + random.unit() * (firstArea - lastArea)
      let x = ZipfGenerator.inverse(point, skew)
      let rank = min(max((x + 0.5).rounded(.down), 1), Double(count))
      if rank - x <= shortcut || point >= ZipfGenerator.area(rank + 0.5, skew) - exp(-log(rank) * skew) {
        return UInt32(rank)
      }
    }
  }

  /// The integral of x^-skew, up to a constant.
  private static func area(_ x: Double, _ skew: Double) -> Double {
    let logarithm = log(x)
    return expm1OverX((1 - skew) * logarithm) * logarithm
  }

  private static func inverse(_ area: Double, _ skew: Double) -> Double {
    let t = max(area * (1 - skew), -1)
    return exp(log1pOverX(t) * area)
  }

  /// Near zero, where skew is about 1, the quotients are taken from their series.
  private static func expm1OverX(_ x: Double) -> Double {
    abs(x) > 1e-8 ? expm1(x) / x : 1 + x / 2 * (1 + x / 3)
  }

  private static func log1pOverX(_ x: Double) -> Double {
    abs(x) > 1e-8 ? log1p(x) / x : 1 - x * (0.5 - x / 3)
  }
}
