// The meta commands as rows. Every answer is memcached 1.6.45's, and where ours differs its own stands beside it, as
// docs/protocol.md tells. Debian's 1.6.18 answers many of them otherwise.

extension Exchange {
  static let meta = metaGet + metaWins + metaSet + metaDelete + metaArithmetic + metaOthers + metaMalformed

  static let badToken = "CLIENT_ERROR bad token in command line format\r\n"
  static let duplicateFlag = "CLIENT_ERROR duplicate flag\r\n"
  static let invalidFlag = "CLIENT_ERROR invalid flag\r\n"
  static let badFlagOfArithmetic = "CLIENT_ERROR invalid or duplicate flag\r\n"
  static let badKey = "CLIENT_ERROR error decoding key\r\n"
  static let opaqueTooLong = "CLIENT_ERROR opaque token too long\r\n"
  static let tooManyFlags = "CLIENT_ERROR options flags are too long\r\n"
  static let badStoreMode = "CLIENT_ERROR invalid mode for ms M token\r\n"
  static let badArithmeticMode = "CLIENT_ERROR invalid mode for ma M token\r\n"
  static let longestOpaque = "O" + String(repeating: "o", count: 31)

  static let setA = "set a 5 0 3 noreply\r\nabc\r\n"

  static let metaSet = [
    Exchange("ms and what is shown of it", "ms a 2 T90 F9\r\nab\r\nmg a v f t\r\n", "HD\r\nVA 2 f9 t<n>\r\nab\r\n"),
    Exchange(
      "ms repeats flags in their order",
      "ms a 2 c s k O1\r\nab\r\nms a 2 \(longestOpaque) b\r\nab\r\nms a 2 s k\r\nab\r\n",
      "HD c<n> s2 ka O1\r\n" + badKey + "HD s2 ka\r\n"),
    Exchange("ms that is quiet", "ms a 2 q k O1\r\nab\r\nms a 2 q ME\r\nab\r\nmn\r\n", "NS\r\nMN\r\n"),
    Exchange("an empty value and the length's zeros", "ms a 0\r\n\r\nms a 002 s\r\nab\r\n", "HD\r\nHD s2\r\n"),
    Exchange(
      "ms in its modes",
      "ms a 1 MR\r\n1\r\nms a 1 MA\r\n1\r\nms a 1 MP s\r\n1\r\nms a 1 ME\r\n1\r\nms a 1 ME\r\n2\r\nms a 1 MR F3\r\n3\r\n"
        + "ms a 1 MA F9 s\r\n4\r\nms a 1 MP s\r\n2\r\nms a 1 MS\r\n5\r\nms a 1 MAPPEND\r\n6\r\nmg a v f\r\n",
      "NS\r\nNS\r\nNS s1\r\nHD\r\nNS\r\nHD\r\nHD s2\r\nHD s3\r\nHD\r\nHD\r\nVA 2 f0\r\n56\r\n"),
    Exchange(
      "append and prepend vivify",
      "ms a 1 MA N60 T90 s k\r\n1\r\nmg a t\r\nms a 1 MA N30 s\r\n2\r\nms b 1 MP N0\r\n3\r\nmg a v\r\nmg b v t\r\n",
      "HD s1 ka\r\nHD t<n>\r\nHD s2\r\nHD\r\nVA 2\r\n12\r\nVA 1 t-1\r\n3\r\n"),
    Exchange(
      "a given cas", "ms a 1 E1000 c\r\n1\r\nmg a c\r\nms a 1 C999\r\n2\r\nms a 1 C1000 E1001 c\r\n3\r\nmg a c v\r\n",
      "HD c1000\r\nHD c1000\r\nEX\r\nHD c1001\r\nVA 1 c1001\r\n3\r\n"),
    Exchange(
      "a given cas goes with the next value", "ms a 1 E1000\r\n1\r\nms a 1 C1000\r\n2\r\nms a 1 C1000\r\n3\r\n",
      "HD\r\nHD\r\nEX\r\n"),
    Exchange(
      "the classic cas knows it, too",
      "ms a 1 E1000\r\n1\r\ngets a\r\ncas a 0 0 1 1000\r\n2\r\ncas a 0 0 1 1000\r\n3\r\n",
      "HD\r\nVALUE a 0 1 1000\r\n1\r\nEND\r\nSTORED\r\nEXISTS\r\n"),
    Exchange(
      "a cas and the modes",
      "ms a 1 C5\r\n1\r\nms a 1 MR C5\r\n1\r\nms a 1 MA C5 c s k\r\n1\r\nms a 1 ME C5\r\n1\r\nms a 1 C0\r\n2\r\n"
        + "ms a 1 ME C5\r\n2\r\nms a 1 MA C0\r\n2\r\nms a 1 MA C1 c s\r\n3\r\nms a 1 MR C1 k O7\r\n3\r\nmg a v\r\n",
      "NF\r\nNF\r\nNS c0 s1 ka\r\nHD\r\nEX\r\nNS\r\nHD\r\nEX c0 s1\r\nEX ka O7\r\nVA 2\r\n12\r\n"),
    Exchange(
      "append with its cas", "ms a 1 E10\r\n1\r\nms a 1 MA C10 E11 c\r\n2\r\nms a 1 MP C11 s\r\n0\r\nmg a v\r\n",
      "HD\r\nHD c11\r\nHD s3\r\nVA 3\r\n012\r\n"),
    Exchange(
      "a value of a lower cas is taken and stale",
      "ms a 1 E50 T90\r\n1\r\nms a 2 C40 I E60 F8 T30\r\n22\r\nmg a v c f\r\nmg a v c\r\nms a 1 C59 I E61\r\n3\r\n"
        + "mg a v c t\r\nms a 1 C62 I\r\n4\r\nms a 1 C61 I\r\n5\r\nmg a v\r\n",
      "HD\r\nHD\r\nVA 2 c60 f8 X W\r\n22\r\nVA 2 c60 Z X\r\n22\r\nHD\r\nVA 1 c61 t<n> Z X\r\n3\r\nEX\r\nHD\r\nVA 1\r\n5\r\n"
    ),
    Exchange(
      "I without a cas means nothing", "ms a 1 I\r\n1\r\nmg a v\r\nms a 1 MA I C1\r\n2\r\n", "HD\r\nVA 1\r\n1\r\nEX\r\n"
    ),
    Exchange("ms of what has expired", "ms a 1 T-1\r\n1\r\nmg a\r\n", "HD\r\nEN\r\n"),
    Exchange(
      "a data block that ends wrong, quiet or not", "ms a 2 q\r\nabxxms b 1 k\r\n1\nmn\r\nmg a\r\nmg b\r\n",
      badChunk + badChunk + badLine + "EN\r\nEN\r\n"),
  ]

  static let metaDelete = [
    Exchange("md", setA + "md a\r\nmd a\r\nmg a\r\n", "HD\r\nNF\r\nEN\r\n"),
    Exchange(
      "md that is quiet", setA + "md a q k\r\nmd a q\r\nmd a q k O1\r\nmn\r\n", "NF\r\nNF ka O1\r\nMN\r\n"),
    Exchange("md repeats opaque and key", setA + "md a O1 k v s t\r\nmd a k O1\r\n", "HD O1 ka\r\nNF ka O1\r\n"),
    Exchange(
      "md with a cas", "ms a 1 E50\r\n1\r\nmd a C49 k\r\nmd a C0\r\nmd a C49 q\r\nmd a C50 q\r\nmd a C50\r\n",
      "HD\r\nEX ka\r\nEX\r\nEX\r\nNF\r\n"),
    Exchange(
      "md that drops the value keeps the cas, and no time",
      "ms a 2 E50 F5 T100\r\nab\r\nmd a x\r\nmg a s v f t c\r\nmd a x T30 F9 E77 q\r\nmg a c f t\r\n",
      "HD\r\nHD\r\nVA 0 s0 f0 t-1 c50\r\n\r\nHD c77 f9 t<n>\r\n"),
    Exchange(
      "md that marks as stale",
      "ms a 2 F5 T100\r\nab\r\nmd a I E80 T50 O1\r\nmg a c t v f\r\nmd a I E81 q\r\nmg a c v\r\n",
      "HD\r\nHD O1\r\nVA 2 c80 t<n> f5 X W\r\nab\r\nVA 2 c81 X W\r\nab\r\n"),
    Exchange(
      "md that does both", setA + "md a I x\r\nmg a s v f\r\nmg a\r\nmd a\r\n",
      "HD\r\nVA 0 s0 f0 X W\r\n\r\nHD Z X\r\nHD\r\n"),
    Exchange("md with T alone deletes", setA + "md a T30 E5\r\nmg a\r\n", "HD\r\nEN\r\n"),
    Exchange("md of nothing makes nothing", "md a I x T30 E5\r\nmg a\r\n", "NF\r\nEN\r\n"),
  ]

  static let metaArithmetic = [
    Exchange("ma of nothing", "ma n\r\nma n q\r\nma n k O1 q v\r\nma n MD\r\n", "NF\r\nNF\r\nNF kn O1\r\nNF\r\n"),
    Exchange(
      "ma counts",
      "set n 3 0 2 noreply\r\n10\r\nma n\r\nma n v\r\nma n D5 v\r\nma n MD v\r\nma n M- D99 v\r\nma n M+ v\r\n"
        + "ma n MI v\r\nma n MINCR D0 v\r\nmg n f\r\n",
      "HD\r\nVA 2\r\n12\r\nVA 2\r\n17\r\nVA 2\r\n16\r\nVA 1\r\n0\r\nVA 1\r\n1\r\nVA 1\r\n2\r\nVA 1\r\n2\r\nHD f3\r\n"),
    Exchange("ma that is quiet", "set n 0 0 1 noreply\r\n1\r\nma n q\r\nma n q v\r\nma n v\r\n", "VA 1\r\n4\r\n"),
    Exchange(
      "ma vivifies", "ma n N30 J13 v t c k O1\r\nma n N30 J13 v\r\nma a t N60\r\nma a t v\r\nma b N30 T60 t v\r\n",
      "VA 2 t30 c<n> kn O1\r\n13\r\nVA 2\r\n14\r\nHD t-1\r\nVA 1 t<n>\r\n1\r\nVA 1 t60\r\n0\r\n"),
    Exchange(
      "ma vivifies with the largest number, and wraps",
      "ma n N0 J18446744073709551615 v\r\nma n D18446744073709551615 MD v\r\nma n D18446744073709551615 v\r\n",
      "VA 20\r\n18446744073709551615\r\nVA 1\r\n0\r\nVA 20\r\n18446744073709551615\r\n"),
    Exchange(
      "ma with a cas",
      "ms n 1 E9\r\n5\r\nma n C8\r\nma n C9 E10 c\r\nma n C10 E11 v c\r\nma n C0 v\r\nma n C12 q k\r\n",
      "HD\r\nEX\r\nHD c10\r\nVA 1 c11\r\n7\r\nVA 1\r\n8\r\nEX kn\r\n"),
    Exchange("ma vivifies with a cas", "ma n N0 E4 c\r\nmg n c v\r\n", "HD c4\r\nVA 1 c4\r\n0\r\n"),
    Exchange(
      "ma touches", "ms n 1\r\n5\r\nma n T99 t v\r\nma n t T50\r\nmg n t\r\n",
      "HD\r\nVA 1 t99\r\n6\r\nHD t<n>\r\nHD t<n>\r\n"),
    Exchange(
      "ma gives a longer number what was asked for, memcached forgets it",
      "ms n 1 T100\r\n9\r\nma n T0 E55 c\r\nmg n t c v\r\n",
      "HD\r\nHD c55\r\nVA 2 t-1 c55\r\n10\r\n", memcached: "HD\r\nHD c55\r\nVA 2 t<n> c<n>\r\n10\r\n"),
    Exchange(
      "ma of what is no number, quiet or not",
      "ms n 1 E9\r\nx\r\nma n\r\nma n q k\r\nma n C5\r\nms n 0\r\n\r\nma n C5\r\nma n N5 J3\r\n",
      "HD\r\n" + notNumeric + notNumeric + "EX\r\nHD\r\n" + notNumeric + notNumeric),
    Exchange(
      "ma in a mode that is none", "ms n 1\r\n5\r\nma n Mi\r\nma n M\r\nma n MX q\r\nmg n v\r\n",
      "HD\r\n" + badArithmeticMode + badArithmeticMode + badArithmeticMode + "VA 1\r\n5\r\n"),
    Exchange(
      "ma tells every fault of its flags alike",
      "ma n Dx\r\nma n D18446744073709551616\r\nma n J\r\nma n v v\r\nma n S\r\nma \(tooLongKey)\r\nma n Tx\r\nma n= b\r\n",
      String(repeating: badFlagOfArithmetic, count: 8)),
  ]
}
