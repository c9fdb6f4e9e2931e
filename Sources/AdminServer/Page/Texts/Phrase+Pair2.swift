/// The pair: English, Japanese, Chinese, German.
extension Phrase {
  static let pairTexts2: [(Phrase, Texts)] = [
    (
      .itemsOf,
      Texts(
        "%1 items",
        "%1 件",
        "%1 个条目",
        "%1 Einträge"
      )
    ),
    (
      .copyUnderWay,
      Texts(
        "%1 of at most %2 items",
        "最大 %2 件中 %1 件",
        "最多 %2 个条目，已完成 %1 个",
        "%1 von höchstens %2 Einträgen"
      )
    ),
    (
      .copyEnded,
      Texts(
        "%1 items, %2",
        "%1 件、%2",
        "%1 个条目，%2",
        "%1 Einträge, %2"
      )
    ),
    (
      .notTold,
      Texts(
        "not told",
        "不明",
        "未告知",
        "nicht mitgeteilt"
      )
    ),
    (
      .replicationOff,
      Texts(
        "Replication is off (-X 0).",
        "レプリケーションは無効です (-X 0)。",
        "复制已关闭 (-X 0)。",
        "Die Replikation ist aus (-X 0)."
      )
    ),
    (
      .noPeerNow,
      Texts(
        "There is no peer at the moment.",
        "現在、相手がいません。",
        "目前没有对端。",
        "Im Moment gibt es keine Gegenseite."
      )
    ),
    (
      .stateOff,
      Texts(
        "off",
        "無効",
        "关闭",
        "aus"
      )
    ),
    (
      .stateListen,
      Texts(
        "waits for its peer to come",
        "相手の接続を待機",
        "等待对端连接",
        "wartet, dass die Gegenseite kommt"
      )
    ),
    (
      .stateConnect,
      Texts(
        "looks for its peer",
        "相手を探索中",
        "正在寻找对端",
        "sucht die Gegenseite"
      )
    ),
    (
      .stateCopy,
      Texts(
        "the two copy what they lack",
        "不足分をコピー中",
        "正在补齐双方缺少的内容",
        "beide kopieren, was ihnen fehlt"
      )
    ),
    (
      .stateStream,
      Texts(
        "every change goes over at once",
        "変更を即時に転送",
        "每次更改立即传送",
        "jede Änderung geht sofort hinüber"
      )
    ),
    (
      .digestsNotAsked,
      Texts(
        "Not compared yet. It walks over all items of both sides once, in short steps.",
        "まだ比較していません。両側の全アイテムを短い単位で一度走査します。",
        "尚未比较。比较会分小步遍历双方的全部条目一次。",
        "Noch nicht verglichen. Dazu werden alle Einträge beider Seiten einmal durchgegangen, in kurzen Schritten."
      )
    ),
    (
      .digestsUnderWay,
      Texts(
        "Both sides are being walked over …",
        "両側を走査しています…",
        "正在遍历双方 …",
        "Beide Seiten werden durchgegangen …"
      )
    ),
    (
      .digestLocalOnly,
      Texts(
        "The peer does not tell its digest. Here it is",
        "相手のダイジェストは不明です。こちら側は",
        "对端未告知摘要。本端为",
        "Die Gegenseite nennt ihre Prüfsumme nicht. Hier ist sie"
      )
    ),
    (
      .digestsEqual,
      Texts(
        "Equal: both sides hold the same.",
        "一致：両側の内容は同じです。",
        "一致：双方内容相同。",
        "Gleich: beide Seiten haben dasselbe."
      )
    ),
    (
      .digestsDiffer,
      Texts(
        "Not equal. While clients write that may be so for a moment: compare again.",
        "不一致。書き込み中は一時的に起こりえます。もう一度比較してください。",
        "不一致。客户端写入期间可能短暂如此：请再比较一次。",
        "Nicht gleich. Während Clients schreiben, kann das kurz so sein: noch einmal vergleichen."
      )
    ),
    (
      .compareNow,
      Texts(
        "Compare now",
        "今すぐ比較",
        "立即比较",
        "Jetzt vergleichen"
      )
    ),
    (
      .remedy,
      Texts(
        "What to do:",
        "対処：",
        "处理方法：",
        "Was zu tun ist:"
      )
    ),
  ]
}
