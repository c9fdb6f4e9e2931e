/// Statistics, slabs, connections, top: English, Japanese, Chinese, German.
extension Phrase {
  static let numbersTexts2: [(Phrase, Texts)] = [
    (
      .slabCaption,
      Texts(
        "Memory is cut into chunks of fixed sizes. A class holds the items that fit its chunks and not those "
          + "of the class before.",
        "メモリは固定サイズのチャンクに分けられます。各クラスは、そのチャンクに収まり前のクラスには収まらないアイテムを持ちます。",
        "内存被切成固定大小的块。每一类保存刚好放得下而前一类放不下的条目。",
        "Der Speicher ist in Stücke fester Größe geteilt. Eine Klasse hat die Einträge, die in ihre Stücke "
          + "passen und nicht in die der Klasse davor."
      )
    ),
    (
      .nothingHeld,
      Texts(
        "Nothing is held yet.",
        "まだ何も保持していません。",
        "还没有保存任何内容。",
        "Noch ist nichts da."
      )
    ),
    (
      .chunkSize,
      Texts(
        "Chunk",
        "チャンク",
        "块大小",
        "Stück"
      )
    ),
    (
      .pages,
      Texts(
        "Pages",
        "ページ",
        "页",
        "Seiten"
      )
    ),
    (
      .chunksUsed,
      Texts(
        "In use",
        "使用中",
        "已用",
        "Belegt"
      )
    ),
    (
      .chunksTotal,
      Texts(
        "Chunks",
        "チャンク数",
        "块总数",
        "Stücke"
      )
    ),
    (
      .fullness,
      Texts(
        "Fullness",
        "充填率",
        "占用",
        "Füllung"
      )
    ),
    (
      .hits,
      Texts(
        "Hits",
        "ヒット",
        "命中",
        "Treffer"
      )
    ),
    (
      .ageOfNext,
      Texts(
        "Age of the next to go",
        "次に追い出す物の経過時間",
        "下一个被淘汰者的年龄",
        "Alter des nächsten, der geht"
      )
    ),
    (
      .address,
      Texts(
        "Address",
        "アドレス",
        "地址",
        "Adresse"
      )
    ),
    (
      .comesInBy,
      Texts(
        "Came in by",
        "受け付け",
        "接入点",
        "Kam herein über"
      )
    ),
    (
      .idle,
      Texts(
        "Idle",
        "無操作",
        "空闲",
        "Untätig"
      )
    ),
    (
      .connectionCaption,
      Texts(
        "%1 sockets: those that listen first",
        "ソケット %1 個、待ち受けが先頭",
        "%1 个套接字，监听的在前",
        "%1 Sockets, die lauschenden zuerst"
      )
    ),
    (
      .commandsNow,
      Texts(
        "Commands of the last second",
        "直近 1 秒のコマンド",
        "最近一秒的命令",
        "Befehle der letzten Sekunde"
      )
    ),
    (
      .counter,
      Texts(
        "Counter",
        "カウンタ",
        "计数器",
        "Zähler"
      )
    ),
    (
      .perSecond,
      Texts(
        "Per second",
        "毎秒",
        "每秒",
        "Je Sekunde"
      )
    ),
    (
      .inASecond,
      Texts(
        "Counters are read while somebody looks: in a second there are numbers. Without a script, load the "
          + "page again.",
        "表示中だけカウンタを読みます。1 秒後に数値が出ます。スクリプトなしの場合は再読み込みしてください。",
        "有人查看时才读取计数器：一秒后显示数据。若无脚本请重新加载页面。",
        "Gezählt wird, solange jemand hinsieht: in einer Sekunde sind Zahlen da. Ohne Skript bitte die Seite "
          + "neu laden."
      )
    ),
    (
      .hotKeys,
      Texts(
        "Hot keys",
        "よく使われるキー",
        "热点键",
        "Heiße Schlüssel"
      )
    ),
    (
      .hotKeysNeedLogin,
      Texts(
        "Sampling slows the workers a little, so it needs a login (-Y).",
        "標本採取はワーカーを少し遅くするため、ログイン (-Y) が必要です。",
        "采样会略微拖慢工作线程，因此需要登录 (-Y)。",
        "Das Mitlesen bremst die Worker etwas, darum braucht es eine Anmeldung (-Y)."
      )
    ),
    (
      .hotKeysCost,
      Texts(
        "Off until it is asked for. For %1 seconds requests are executed one by one and each makes a line, "
          + "which costs the workers time.",
        "要求されるまで無効です。%1 秒間、要求は一つずつ実行され、それぞれ一行が作られるため、ワーカーの時間を使います。",
        "默认关闭。开启后 %1 秒内请求逐个执行并各产生一行，会占用工作线程时间。",
        "Aus, bis es verlangt wird. %1 Sekunden lang werden Anfragen einzeln ausgeführt, und jede ergibt eine "
          + "Zeile, was die Worker Zeit kostet."
      )
    ),
    (
      .sampleNow,
      Texts(
        "Sample now",
        "今すぐ採取",
        "立即采样",
        "Jetzt mitlesen"
      )
    ),
    (
      .sampling,
      Texts(
        "Sampling is under way.",
        "採取中です。",
        "正在采样。",
        "Es wird mitgelesen."
      )
    ),
    (
      .noSample,
      Texts(
        "No sample was taken.",
        "標本はありません。",
        "尚未采样。",
        "Es wurde nichts mitgelesen."
      )
    ),
    (
      .sampledRequests,
      Texts(
        "Of %1 requests that were sampled.",
        "採取した要求 %1 件のうち。",
        "共采样 %1 个请求。",
        "Von %1 mitgelesenen Anfragen."
      )
    ),
  ]
}
