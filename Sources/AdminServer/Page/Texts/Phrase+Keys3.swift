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
        "That is no list of servers: at most %1 lines HOST:PORT, weights of 1 to %2, and %3 in all.",
        "サーバの一覧ではありません。HOST:PORT を %1 行まで、重みは 1 から %2、合計 %3 まで。",
        "这不是服务器列表：最多 %1 行 HOST:PORT，权重 1 到 %2，总和不超过 %3。",
        "Das ist keine Liste von Servern: höchstens %1 Zeilen HOST:PORT, Gewichte von 1 bis %2, zusammen höchstens %3."
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
      .onlyHere,
      Texts(
        "Without a login (-Y) this is for who is on this host alone.",
        "ログイン (-Y) がない場合、これはこのホスト上でだけ利用できます。",
        "未配置登录 (-Y) 时，此功能仅限本机使用。",
        "Ohne Anmeldung (-Y) geht das nur auf diesem Rechner."
      )
    ),
    (
      .keyTooLong,
      Texts(
        "A key that is no word, with spaces or control characters, can be changed here up to 186 bytes. Use a client of the binary protocol.",
        "空白や制御文字を含むキーは、ここでは 186 バイトまでしか変更できません。バイナリプロトコルのクライアントを使ってください。",
        "包含空格或控制字符的键在此处最多只能更改 186 字节。请使用二进制协议的客户端。",
        "Ein Schlüssel mit Leer- oder Steuerzeichen lässt sich hier nur bis 186 Byte ändern. Dafür gibt es Clients des Binärprotokolls."
      )
    ),
  ]
}
