/// Items, a key, changes, the console, which server: English, Japanese, Chinese, German.
extension Phrase {
  static let keysTexts3: [(Phrase, Texts)] = [
    (
      .find,
      Texts(
        "Find",
        "探す",
        "查找",
        "Finden"
      )
    ),
    (
      .noServers,
      Texts(
        "That is no list of servers: at most %1 lines HOST:PORT, weights of 1 to %2.",
        "サーバの一覧ではありません。HOST:PORT を %1 行まで、重みは 1 から %2。",
        "这不是服务器列表：最多 %1 行 HOST:PORT，权重 1 到 %2。",
        "Das ist keine Liste von Servern: höchstens %1 Zeilen HOST:PORT, Gewichte von 1 bis %2."
      )
    ),
    (
      .noServer,
      Texts(
        "The rule names no server for this key.",
        "この規則ではサーバが決まりません。",
        "该规则没有为此键指定服务器。",
        "Die Regel nennt für diesen Schlüssel keinen Server."
      )
    ),
    (
      .isAt,
      Texts(
        "%1 is at %2, number %3 of the list.",
        "%1 は %2 (リストの %3 番目) にあります。",
        "%1 位于 %2（列表第 %3 个）。",
        "%1 ist bei %2, Nummer %3 der Liste."
      )
    ),
    (
      .keysOnlyHere,
      Texts(
        "Without a login (-Y) names of keys and clients are shown only on this host.",
        "ログイン (-Y) がない場合、キーやクライアントの名前はこのホスト上でだけ表示します。",
        "未配置登录 (-Y) 时，键和客户端的名称仅在本机显示。",
        "Ohne Anmeldung (-Y) werden Namen von Schlüsseln und Clients nur auf diesem Rechner gezeigt."
      )
    ),
  ]
}
