/// Statistics, slabs, connections, top: English, Japanese, Chinese, German.
extension Phrase {
  static let numbersTexts: [(Phrase, Texts)] = [
    (
      .minutes,
      Texts(
        "%1 minutes",
        "%1 分",
        "%1 分钟",
        "%1 Minuten"
      )
    ),
    (
      .minutesAgo,
      Texts(
        "%1 min ago",
        "%1 分前",
        "%1 分钟前",
        "vor %1 min"
      )
    ),
    (
      .charts,
      Texts(
        "Charts",
        "グラフ",
        "图表",
        "Schaubilder"
      )
    ),
    (
      .inWords,
      Texts(
        "In words",
        "文章で",
        "文字说明",
        "In Worten"
      )
    ),
    (
      .everyNumber,
      Texts(
        "Every number",
        "すべての数値",
        "所有数据",
        "Alle Zahlen"
      )
    ),
    (
      .general,
      Texts(
        "General",
        "全般",
        "常规",
        "Allgemein"
      )
    ),
    (
      .settings,
      Texts(
        "Settings",
        "設定",
        "设置",
        "Einstellungen"
      )
    ),
    (
      .helpIsEnglish,
      Texts(
        "Names are those of stats; their meaning is in English.",
        "名前は stats のもの、意味は英語です。",
        "名称与 stats 相同，含义为英文。",
        "Die Namen sind die von stats, ihre Bedeutung steht auf Englisch da."
      )
    ),
    (
      .hitRate,
      Texts(
        "Hit rate",
        "ヒット率",
        "命中率",
        "Trefferquote"
      )
    ),
    (
      .gets,
      Texts(
        "Gets",
        "取得",
        "读取",
        "Abfragen"
      )
    ),
    (
      .sets,
      Texts(
        "Sets",
        "格納",
        "写入",
        "Schreibzugriffe"
      )
    ),
    (
      .otherCommands,
      Texts(
        "Other commands",
        "その他のコマンド",
        "其他命令",
        "Andere Befehle"
      )
    ),
    (
      .bytesIn,
      Texts(
        "Bytes in",
        "受信バイト",
        "流入字节",
        "Bytes herein"
      )
    ),
    (
      .bytesOut,
      Texts(
        "Bytes out",
        "送信バイト",
        "流出字节",
        "Bytes hinaus"
      )
    ),
    (
      .evictions,
      Texts(
        "Evictions",
        "追い出し",
        "淘汰",
        "Verdrängungen"
      )
    ),
    (
      .wordsNoGets,
      Texts(
        "Nobody has asked for a key yet.",
        "まだどのキーも要求されていません。",
        "还没有读取过任何键。",
        "Noch hat niemand einen Schlüssel abgefragt."
      )
    ),
    (
      .wordsHits,
      Texts(
        "Of %1 keys asked for, %2 were there: a hit rate of %3 %.",
        "要求されたキー %1 個のうち %2 個がありました。ヒット率は %3 % です。",
        "读取了 %1 个键，命中 %2 个：命中率 %3 %。",
        "Von %1 abgefragten Schlüsseln waren %2 da: eine Trefferquote von %3 %."
      )
    ),
    (
      .wordsMemory,
      Texts(
        "%1 items are held; they fill %2 of %3 (%4 %).",
        "%1 件を保持し、%3 中 %2 (%4 %) を使用しています。",
        "保存了 %1 个条目，占用 %3 中的 %2 (%4 %)。",
        "%1 Einträge sind da; sie füllen %2 von %3 (%4 %)."
      )
    ),
    (
      .wordsNoEvictions,
      Texts(
        "Nothing was evicted: there is room for everything.",
        "追い出しはありません。すべて入っています。",
        "没有淘汰：空间足够。",
        "Nichts wurde verdrängt: es ist Platz für alles."
      )
    ),
    (
      .wordsEvictions,
      Texts(
        "%1 items were evicted to make room. If the hit rate falls, give it more memory (-m).",
        "空きを作るため %1 件が追い出されました。ヒット率が下がるならメモリ (-m) を増やします。",
        "为腾出空间淘汰了 %1 个条目。若命中率下降，请增加内存 (-m)。",
        "%1 Einträge wurden verdrängt, um Platz zu schaffen. Sinkt die Trefferquote, mehr Speicher geben (-m)."
      )
    ),
    (
      .wordsConnections,
      Texts(
        "%1 connections are open; %2 are allowed.",
        "%1 の接続が開いています。上限は %2 です。",
        "已打开 %1 个连接；上限为 %2。",
        "%1 Verbindungen sind offen; %2 sind erlaubt."
      )
    ),
    (
      .wordsBytes,
      Texts(
        "%1 were received from clients, and %2 sent to them.",
        "クライアントから %1 を受信し、%2 を送信しました。",
        "从客户端接收 %1，向其发送 %2。",
        "%1 wurden von Clients empfangen und %2 an sie gesendet."
      )
    ),
    (
      .slabClass,
      Texts(
        "Class",
        "クラス",
        "类",
        "Klasse"
      )
    ),
    (
      .classNumber,
      Texts(
        "Class %1",
        "クラス %1",
        "类 %1",
        "Klasse %1"
      )
    ),
  ]
}
