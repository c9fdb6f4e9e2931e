/// The pair: English, Japanese, Chinese, German.
extension Phrase {
  static let pairTexts: [(Phrase, Texts)] = [
    (
      .howItIs,
      Texts(
        "How it is",
        "現在の状況",
        "当前状况",
        "Wie es steht"
      )
    ),
    (
      .bothSides,
      Texts(
        "Both sides",
        "両側",
        "双方",
        "Beide Seiten"
      )
    ),
    (
      .thisSide,
      Texts(
        "This side",
        "こちら側",
        "本端",
        "Diese Seite"
      )
    ),
    (
      .otherSide,
      Texts(
        "The peer",
        "相手側",
        "对端",
        "Die Gegenseite"
      )
    ),
    (
      .sameContent,
      Texts(
        "Do both hold the same?",
        "両側の内容は同じですか",
        "双方内容是否一致",
        "Haben beide dasselbe?"
      )
    ),
    (
      .linkLog,
      Texts(
        "What the link said",
        "リンクの記録",
        "链路日志",
        "Was die Verbindung gemeldet hat"
      )
    ),
    (
      .linkLogCaption,
      Texts(
        "The youngest first, in the words of the log",
        "新しい順、ログの文のまま",
        "最新的在前，原文为日志内容",
        "Das Neueste zuerst, in den Worten des Protokolls"
      )
    ),
    (
      .when,
      Texts(
        "When",
        "時刻",
        "时间",
        "Wann"
      )
    ),
    (
      .line,
      Texts(
        "Line",
        "内容",
        "内容",
        "Zeile"
      )
    ),
    (
      .nothingYet,
      Texts(
        "Nothing yet.",
        "まだ何もありません。",
        "暂无内容。",
        "Noch nichts."
      )
    ),
    (
      .role,
      Texts(
        "Role",
        "役割",
        "角色",
        "Rolle"
      )
    ),
    (
      .linkState,
      Texts(
        "Link",
        "リンク",
        "链路",
        "Verbindung"
      )
    ),
    (
      .servesClients,
      Texts(
        "Serves clients",
        "クライアントに応答",
        "为客户端服务",
        "Bedient Clients"
      )
    ),
    (
      .version,
      Texts(
        "Version",
        "バージョン",
        "版本",
        "Version"
      )
    ),
    (
      .uptime,
      Texts(
        "Running for",
        "稼働時間",
        "已运行",
        "Läuft seit"
      )
    ),
    (
      .lag,
      Texts(
        "Lag of its peer",
        "相手の遅れ",
        "对端落后",
        "Rückstand der anderen"
      )
    ),
    (
      .queued,
      Texts(
        "Changes that wait",
        "待機中の変更",
        "待发送的更改",
        "Wartende Änderungen"
      )
    ),
    (
      .lastCopyOut,
      Texts(
        "Last copy to its peer",
        "相手への最後のコピー",
        "上次复制到对端",
        "Letzte Kopie zur anderen"
      )
    ),
    (
      .lastCopyIn,
      Texts(
        "Last copy from its peer",
        "相手からの最後のコピー",
        "上次从对端复制",
        "Letzte Kopie von der anderen"
      )
    ),
    (
      .clockOffset,
      Texts(
        "Clock of the peer is ahead by",
        "相手の時計の進み",
        "对端时钟超前",
        "Uhr der Gegenseite geht vor um"
      )
    ),
    (
      .conflicts,
      Texts(
        "Conflicts",
        "衝突",
        "冲突",
        "Konflikte"
      )
    ),
    (
      .refusedPeers,
      Texts(
        "Refused peers",
        "拒否した相手",
        "拒绝的对端",
        "Abgewiesene Gegenseiten"
      )
    ),
    (
      .memory,
      Texts(
        "Memory",
        "メモリ",
        "内存",
        "Speicher"
      )
    ),
    (
      .usedOf,
      Texts(
        "%1 of %2",
        "%2 中 %1",
        "%2 中已用 %1",
        "%1 von %2"
      )
    ),
  ]
}
