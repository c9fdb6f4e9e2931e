/// `mn`, `me`, keys in base64, and what is no meta command, or a wrong one. See `Exchange+Meta`.
extension Exchange {
  static let metaOthers = [
    Exchange("mn", "mn\r\nmn \r\nmn k v ! v\n", "MN\r\nMN\r\nMN\r\n"),
    Exchange("me of nothing", "me a\r\nme a v v S\r\n", "EN\r\nEN\r\n"),
    Exchange(
      "me", "set a 0 100 3 noreply\r\nabc\r\nme a\r\nget a\r\nme a\r\n",
      "ME a exp=<n> la=<n> cas=<n> fetch=no cls=<n> size=<n>\r\nVALUE a 0 3\r\nabc\r\nEND\r\n"
        + "ME a exp=<n> la=<n> cas=<n> fetch=yes cls=<n> size=<n>\r\n"),
    Exchange("me of a key in base64", "ms YQ== 1 b\r\n1\r\nme YQ== b x\r\n", "HD\r\n" + ofBase64),
    Exchange(
      "me of a key in base64 without a word behind b, which memcached wants", "ms YQ== 1 b\r\n1\r\nme YQ== b\r\n",
      "HD\r\n" + ofBase64, memcached: "HD\r\nEN\r\n"),
    Exchange(
      "a key in base64 is the same key",
      "ms YQ== 1 b k O1\r\n1\r\nget a\r\nmg YQ== b v k\r\nma YQ== k b v\r\nmd YQ== k b\r\nmg a\r\n",
      "HD kYQ== b O1\r\nVALUE a 0 1\r\n1\r\nEND\r\nVA 1 kYQ== b\r\n1\r\nVA 1 kYQ== b\r\n2\r\nHD kYQ== b\r\nEN\r\n"),
    Exchange(
      "a key of any bytes", "ms AAEgDQo= 1 b k\r\n1\r\nmg AAEgDQo= v k b\r\nmd AAEgDQo= b\r\nmd AAEgDQo= b k\r\n",
      "HD kAAEgDQo= b\r\nVA 1 kAAEgDQo= b\r\n1\r\nHD\r\nNF kAAEgDQo= b\r\n"),
    Exchange(
      "a key comes back as it was asked for, in memcached as it was stored",
      "ms YQ== 1 b\r\n1\r\nmg a k\r\nset b 0 0 1\r\n1\r\nmg Yg== b k\r\nmg bg== b k N30\r\n",
      "HD\r\nHD ka\r\nSTORED\r\nHD kYg== b\r\nHD kbg== b W\r\n",
      memcached: "HD\r\nHD kYQ== b\r\nSTORED\r\nHD kb\r\nHD kn W\r\n"),
    Exchange(
      "base64 is read as memcached reads it",
      "mg Y_Q== b k\r\nmg YQ==YQ== b k\r\nmg Yg= b\r\nmg !!!! b\r\nmg ==== b k\r\nmg Y=== b\r\nmg YQ b\r\n",
      "EN kYQ== b\r\nEN kYQ== b\r\n" + badKey + badKey + badKey + badKey + badKey),
  ]

  private static let ofBase64 = "ME YQ== exp=-1 la=<n> cas=<n> fetch=no cls=<n> size=<n>\r\n"

  static let metaMalformed = [
    Exchange(
      "meta commands with words missing", "mg\r\nmg \r\nms\r\nms a\r\nmd\r\nma\r\nme\r\n",
      String(repeating: badLine, count: 7)),
    Exchange("words that are near", "mx a\r\nmgg a\r\nMG a\r\n mg a\r\nm\r\n", error + error + error + error + badLine),
    Exchange("mn with a bare newline is too short", "mn\nmn\r\n", badLine + "MN\r\n"),
    Exchange(
      "a key too long",
      "mg \(tooLongKey)\r\nmd \(tooLongKey) q\r\nme \(tooLongKey)\r\nms \(tooLongKey) 4 q\r\nmg a\r\nmg a\r\n",
      badLine + badLine + badLine + badLine + "EN\r\n"),
    Exchange(
      "a length that is none",
      "ms a x\r\nms a -1\r\nms a +2\r\nms a 2x\r\nms a 2147483646\r\nms a 99999999999999\r\nmg a\r\n",
      String(repeating: badLine, count: 6) + "EN\r\n"),
    Exchange(
      "the data block of a refused ms is swallowed",
      "ms a 4 S\r\nmg b\r\nms a 4 Tx q\r\nmg b\r\nms a 4 MX\r\nmg b\r\nms a 4 \(longestOpaque)o\r\nmg b\r\nms a 4 Fx\r\nmg b\r\nmg a\r\n",
      invalidFlag + badToken + badStoreMode + opaqueTooLong + badLine + "EN\r\n"),
    Exchange("but not where a word can be no flag", "ms a 4 !\r\nmg b\r\n", badLine + "EN\r\n"),
    Exchange(
      "flags that are none", "mg a S\r\nmg a 9\r\nmg a [\r\nmg a !\r\nmg a {\r\nmg a \u{e9}\r\nmg a noreply\r\n",
      invalidFlag + invalidFlag + invalidFlag + badLine + badLine + badLine + invalidFlag),
    Exchange(
      "a flag twice", "mg a v v\r\nms a 1 T1 T2\r\n1\r\nmd a q q\r\n", duplicateFlag + duplicateFlag + duplicateFlag),
    Exchange(
      "arguments that are none",
      "mg a T\r\nmg a Tx\r\nmg a N\r\nmg a R2147483648\r\nmg a C\r\nmg a E-1\r\nmg a Dx\r\nmg a Jx\r\nmg a Fx\r\n",
      String(repeating: badToken, count: 6) + "CLIENT_ERROR invalid numeric delta value\r\n"
        + "CLIENT_ERROR invalid numeric initial value\r\n" + badLine),
    Exchange(
      "of several faults the last is told, or the first that ends the reading",
      "mg a Tx Jx\r\nmg a Tx Fx\r\nmg a Tx S Jx\r\nmg a Tx v v\r\nmg a b Tx\r\n",
      "CLIENT_ERROR invalid numeric initial value\r\n" + badToken + invalidFlag + duplicateFlag + badToken),
    Exchange(
      "flags of ms beyond 32 bits", "ms a 1 F4294967296\r\n1\r\nms a 1 F4294967295\r\n1\r\nmg a f\r\n",
      badLine + "HD\r\nHD f4294967295\r\n"),
    Exchange(
      "an opaque too long, quiet or not",
      "mg a \(longestOpaque)o q\r\nmd a \(longestOpaque)o\r\nma a \(longestOpaque)o\r\n",
      opaqueTooLong + opaqueTooLong + opaqueTooLong),
    Exchange(
      "more than twenty words",
      "mg a v s t c f k h l u q O I x N0 T0 L P J1\r\nmg a v s t c f k h l u q O I x N0 T0 L P J1 D1\r\n",
      "VA 0 s0 t-1 c<n> f0 ka h0 l0 O W\r\n\r\n" + tooManyFlags),
    Exchange(
      "too large a value, quiet or not", "ms a 2000000 q k\r\n" + tooLarge + "\r\nmg a\r\n",
      "SERVER_ERROR object too large for cache\r\nEN\r\n"),
    Exchange(
      "too large a value takes the old one with it", "ms a 1\r\n1\r\nms a 2000000\r\n" + tooLarge + "\r\nmg a\r\n",
      "HD\r\nSERVER_ERROR object too large for cache\r\nEN\r\n"),
    Exchange(
      "but not where it was to be added to it, in memcached there too",
      "ms a 1\r\n1\r\nms a 2000000 MA\r\n" + tooLarge + "\r\nmg a\r\n",
      "HD\r\nSERVER_ERROR object too large for cache\r\nHD\r\n",
      memcached: "HD\r\nSERVER_ERROR object too large for cache\r\nEN\r\n"),
    Exchange("an HTTP request behind no command", "mx / HTTP/1.1\r\n", "", closes: true),
    Exchange("an HTTP request's end is no flag", "mg a HTTP/1.1\r\n", invalidFlag),
  ]

  private static let tooLarge = String(repeating: "x", count: 2_000_000)
}
