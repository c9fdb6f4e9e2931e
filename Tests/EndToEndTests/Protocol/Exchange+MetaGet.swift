/// `mg`, and what it wins. See `Exchange+Meta`.
extension Exchange {
  static let metaGet = [
    Exchange("mg without flags", setA + "mg a\r\nmg b\r\n", "HD\r\nEN\r\n"),
    Exchange("mg of a value", setA + "mg a v\r\nmg b v\r\n", "VA 3\r\nabc\r\nEN\r\n"),
    Exchange(
      "mg of an empty value", "set a 0 0 0 noreply\r\n\r\nmg a v\r\nmg a s v\r\n", "VA 0\r\n\r\nVA 0 s0\r\n\r\n"),
    Exchange(
      "mg with every flag that shows something, in their order",
      setA + "mg a v k s t c f h l O1\r\nmg a O12 l h f k\r\n",
      "VA 3 ka s3 t-1 c<n> f5 h0 l<n> O1\r\nabc\r\nHD O12 l<n> h1 f5 ka\r\n"),
    Exchange(
      "mg that is quiet says what is there", setA + "mg a q\r\nmg b q\r\nmg b q k O1\r\nmg a k q v\r\nmn\r\n",
      "HD\r\nVA 3 ka\r\nabc\r\nMN\r\n"),
    Exchange(
      "mg of nothing repeats opaque and key", "mg b k\r\nmg b O1 v s k\r\nmg Yg== b k O\r\n",
      "EN kb\r\nEN O1 kb\r\nEN kYg== b O\r\n"),
    Exchange("flags that mean nothing to mg", setA + "mg a I x L P D1 J1 M E5 F7 v\r\n", "VA 3\r\nabc\r\n"),
    Exchange(
      "mg many times in one piece", setA + String(repeating: "mg a v\r\nmg b v q\r\nmg a s k v\r\n", count: 50),
      String(repeating: "VA 3\r\nabc\r\nVA 3 s3 ka\r\nabc\r\n", count: 50)),
    Exchange(
      "mg between classic commands",
      setA + "get a\r\nmg a v\r\nset b 0 0 1\r\n1\r\nmg b v\r\ngets b\r\nmg a s\r\nget a b\r\nmg n\r\n",
      "VALUE a 5 3\r\nabc\r\nEND\r\nVA 3\r\nabc\r\nSTORED\r\nVA 1\r\n1\r\nVALUE b 0 1 <n>\r\n1\r\nEND\r\nHD s3\r\n"
        + "VALUE a 5 3\r\nabc\r\nVALUE b 0 1\r\n1\r\nEND\r\nEN\r\n"),
    Exchange(
      "mg says whether it was fetched, and u is no fetch",
      setA + "mg a u\r\nmg a h u\r\nmg a h\r\nmg a h\r\nset a 0 0 1\r\n1\r\nmg a h\r\n",
      "HD\r\nHD h0\r\nHD h0\r\nHD h1\r\nSTORED\r\nHD h0\r\n"),
    Exchange("get is a fetch", setA + "get a\r\nmg a h\r\n", "VALUE a 5 3\r\nabc\r\nEND\r\nHD h1\r\n"),
    Exchange(
      "mg touches, and t tells what stood before it",
      setA + "mg a T30 t\r\nmg a t T0\r\nmg a t\r\nmg a t T100 v\r\n",
      "HD t30\r\nHD t<n>\r\nHD t-1\r\nVA 3 t-1\r\nabc\r\n"),
    Exchange(
      "mg touches into the past", setA + "mg a T-1 v\r\nmg a v\r\n" + setA + "mg a T- t\r\n",
      "VA 3\r\nabc\r\nEN\r\nHD t-1\r\n"),
    Exchange(
      "mg with the cas that it has shows no value",
      "ms a 2 E100\r\nab\r\nmg a C100 v c\r\nmg a C101 v\r\nmg a v C0\r\n",
      "HD\r\nHD c100\r\nVA 2\r\nab\r\nVA 2\r\nab\r\n"),
    Exchange(
      "the longest key", "ms \(longestKey) 1\r\n1\r\nmg \(longestKey) v k\r\nmd \(longestKey) k\r\n",
      "HD\r\nVA 1 k\(longestKey)\r\n1\r\nHD k\(longestKey)\r\n"),
    Exchange(
      "the longest opaque, and one of odd bytes", setA + "mg a \(longestOpaque) s\r\nmg a O!{}\u{7f}\u{1}b s\r\n",
      "HD \(longestOpaque) s3\r\nHD O!{}\u{7f}\u{1}b s3\r\n"),
    Exchange("spaces between the words", setA + "mg  a   v  s \r\nmg a  v\n", "VA 3 s3\r\nabc\r\nVA 3\r\nabc\r\n"),
    Exchange(
      "a value too large to be copied", "ms a 20000 F3\r\n\(large)\r\nmg a v\r\nmg a s f v O1\r\nmg a s\r\n",
      "HD\r\nVA 20000\r\n\(large)\r\nVA 20000 s20000 f3 O1\r\n\(large)\r\nHD s20000\r\n"),
  ]

  private static let large = String(repeating: "0123456789", count: 2000)

  static let metaWins = [
    Exchange(
      "what is vivified is won once, and empty",
      "mg a N30 t s v\r\nmg a N30 t v\r\nmg a k\r\nms a 1\r\n1\r\nmg a v\r\n",
      "VA 0 t30 s0 W\r\n\r\nVA 0 t<n> Z\r\n\r\nHD ka Z\r\nHD\r\nVA 1\r\n1\r\n"),
    Exchange(
      "t of what is vivified tells what stood before it", "mg a t N30\r\nmg b N30 T60 t\r\nmg n T60 N30 t\r\n",
      "HD t-1 W\r\nHD t60 W\r\nHD t30 W\r\n"),
    Exchange("what is vivified may be given a cas", "mg a N30 E77 c\r\nmg a c\r\n", "HD c77 W\r\nHD c77 Z\r\n"),
    Exchange("mg vivifies for ever and not at all", "mg a N0 t\r\nmg b N-1\r\nmg b\r\n", "HD t-1 W\r\nHD W\r\nEN\r\n"),
    Exchange("vivifying says nothing of what is there", setA + "mg a N30 t v\r\n", "VA 3 t-1\r\nabc\r\n"),
    Exchange(
      "a value that soon expires is to be fetched anew by one",
      "set a 0 100 1 noreply\r\n1\r\nmg a R30\r\nmg a R200\r\nmg a R200 v\r\nmg a R0\r\nset a 0 0 1\r\n1\r\nmg a R200\r\n",
      "HD\r\nHD W\r\nVA 1 Z\r\n1\r\nHD Z\r\nSTORED\r\nHD\r\n"),
    Exchange(
      "and T before R is looked at",
      "set a 0 100 1 noreply\r\n1\r\nmg a T200 R150\r\nmg a R150 T100\r\nmg a T10 R30 t\r\n",
      "HD\r\nHD\r\nHD t10 W\r\n"),
    Exchange(
      "what is stale is shown, and one is to fetch it anew",
      setA + "md a I\r\nmg a v c\r\nmg a v\r\nmd a I T30\r\nmg a t s\r\nmg a s\r\nms a 1\r\n1\r\nmg a v\r\n",
      "HD\r\nVA 3 c<n> X W\r\nabc\r\nVA 3 Z X\r\nabc\r\nHD\r\nHD t<n> s3 X W\r\nHD s3 Z X\r\nHD\r\nVA 1\r\n1\r\n"),
    Exchange(
      "a stale value is won without v, too, and get tells nothing of it", setA + "md a I\r\nget a\r\nmg a\r\nmg a\r\n",
      "HD\r\nVALUE a 5 3\r\nabc\r\nEND\r\nHD X W\r\nHD Z X\r\n"),
    Exchange(
      "a touch leaves the marks", setA + "md a I\r\ntouch a 60\r\nmg a T90 t\r\nmg a T0\r\n",
      "HD\r\nTOUCHED\r\nHD t90 X W\r\nHD Z X\r\n"),
    Exchange(
      "append takes the marks away", setA + "md a I\r\nappend a 0 0 1\r\nd\r\nmg a v\r\n",
      "HD\r\nSTORED\r\nVA 4\r\nabcd\r\n"),
    Exchange(
      "me is no win, and no fetch", setA + "md a I\r\nme a\r\nmg a h\r\n",
      "HD\r\nME a exp=-1 la=<n> cas=<n> fetch=no cls=<n> size=<n>\r\nHD h0 X W\r\n"),
  ]
}
