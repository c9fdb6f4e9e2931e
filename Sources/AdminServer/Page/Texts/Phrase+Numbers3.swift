/// Statistics, slabs, connections, top: English, Japanese, Chinese, German.
extension Phrase {
  static let numbersTexts3: [(Phrase, Texts)] = [
    (
      .requests,
      Texts(
        "Requests",
        "要求",
        "请求",
        "Anfragen"
      )
    ),
    (
      .share,
      Texts(
        "Share",
        "割合",
        "占比",
        "Anteil"
      )
    ),
    (
      .watchingIsOff,
      Texts(
        "Watching is turned off (-W).",
        "watch は無効です (-W)。",
        "watch 已关闭 (-W)。",
        "Das Mitlesen ist abgeschaltet (-W)."
      )
    ),
  ]
}
