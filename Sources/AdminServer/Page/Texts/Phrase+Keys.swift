/// Items, a key, changes, the console, which server: English, Japanese, Chinese, German.
extension Phrase {
  static let keysTexts: [(Phrase, Texts)] = [
    (
      .prefix,
      Texts(
        "Key begins with",
        "キーの先頭",
        "键前缀",
        "Schlüssel beginnt mit"
      )
    ),
    (
      .pattern,
      Texts(
        "Pattern (* and ?)",
        "パターン (* と ?)",
        "模式 (* 和 ?)",
        "Muster (* und ?)"
      )
    ),
    (
      .search,
      Texts(
        "Search",
        "検索",
        "搜索",
        "Suchen"
      )
    ),
    (
      .oneKey,
      Texts(
        "One key",
        "一つのキー",
        "单个键",
        "Ein Schlüssel"
      )
    ),
    (
      .key,
      Texts(
        "Key",
        "キー",
        "键",
        "Schlüssel"
      )
    ),
    (
      .look,
      Texts(
        "Look",
        "見る",
        "查看",
        "Ansehen"
      )
    ),
    (
      .size,
      Texts(
        "Size",
        "サイズ",
        "大小",
        "Größe"
      )
    ),
    (
      .timeToLive,
      Texts(
        "Time to live",
        "残り時間",
        "剩余时间",
        "Lebenszeit"
      )
    ),
    (
      .flags,
      Texts(
        "Flags",
        "フラグ",
        "标志",
        "Flags"
      )
    ),
    (
      .walked,
      Texts(
        "%1 items looked at, %2 found; %3 % of the whole is done",
        "%1 件を調べ %2 件が該当、全体の %3 %",
        "已检查 %1 个条目，找到 %2 个；完成全部的 %3 %",
        "%1 Einträge angesehen, %2 gefunden; %3 % des Ganzen sind durch"
      )
    ),
    (
      .goOn,
      Texts(
        "Go on",
        "続ける",
        "继续",
        "Weiter"
      )
    ),
    (
      .thatWasAll,
      Texts(
        "That was all.",
        "以上です。",
        "已全部列出。",
        "Das war alles."
      )
    ),
    (
      .listingIsOff,
      Texts(
        "Listing keys is turned off (--disable-dumping).",
        "キーの一覧は無効です (--disable-dumping)。",
        "列出键的功能已关闭 (--disable-dumping)。",
        "Das Auflisten von Schlüsseln ist abgeschaltet (--disable-dumping)."
      )
    ),
    (
      .patternTooLong,
      Texts(
        "The pattern is longer than a key may be.",
        "パターンがキーの最大長を超えています。",
        "模式超过键的最大长度。",
        "Das Muster ist länger, als ein Schlüssel sein darf."
      )
    ),
    (
      .noSuchKeyName,
      Texts(
        "That is no key: it has 1 to 250 bytes.",
        "キーではありません。1 から 250 バイトです。",
        "这不是键：长度须为 1 到 250 字节。",
        "Das ist kein Schlüssel: er hat 1 bis 250 Bytes."
      )
    ),
    (
      .stamp,
      Texts(
        "Stamp",
        "スタンプ",
        "时间戳",
        "Stempel"
      )
    ),
    (
      .changedAt,
      Texts(
        "Last change",
        "最終変更",
        "最后更改",
        "Letzte Änderung"
      )
    ),
    (
      .stateAbsent,
      Texts(
        "nothing",
        "なし",
        "无",
        "nichts"
      )
    ),
    (
      .stateLive,
      Texts(
        "an item",
        "アイテム",
        "条目",
        "ein Eintrag"
      )
    ),
    (
      .stateDead,
      Texts(
        "expired or flushed",
        "期限切れまたはフラッシュ済み",
        "已过期或已清空",
        "abgelaufen oder geleert"
      )
    ),
    (
      .stateDeleted,
      Texts(
        "deleted",
        "削除済み",
        "已删除",
        "gelöscht"
      )
    ),
    (
      .sameState,
      Texts(
        "Both sides hold the same.",
        "両側は同じです。",
        "双方相同。",
        "Beide Seiten haben dasselbe."
      )
    ),
    (
      .otherState,
      Texts(
        "The sides differ. While it is being written that may be so for a moment.",
        "両側が異なります。書き込み中は一時的に起こりえます。",
        "双方不同。写入期间可能短暂如此。",
        "Die Seiten sind verschieden. Während geschrieben wird, kann das kurz so sein."
      )
    ),
    (
      .valuesNeedLogin,
      Texts(
        "Values are shown to those who have logged in (-Y).",
        "値はログインした人にだけ表示します (-Y)。",
        "值仅向已登录者显示 (-Y)。",
        "Werte sieht, wer sich angemeldet hat (-Y)."
      )
    ),
  ]
}
