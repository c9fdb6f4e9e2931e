/// What is wrong with the pair: English, Japanese, Chinese, German.
extension Phrase {
  static let findingsTexts2: [(Phrase, Texts)] = [
    (
      .malformed,
      Texts(
        "Something that is no repcached spoke on the replication port (%1).",
        "repcached ではないものがレプリケーションポートに接続しました (%1)。",
        "复制端口上有非 repcached 程序发言 (%1)。",
        "Auf dem Port der Replikation sprach etwas, das kein repcached ist (%1)."
      )
    ),
    (
      .malformedRemedy,
      Texts(
        "Check the port in -x and -X, and who else may reach it.",
        "-x と -X のポートと、そこに到達できるものを確認します。",
        "检查 -x 和 -X 的端口，以及谁能访问它。",
        "Den Port in -x und -X prüfen, und wer sonst ihn erreicht."
      )
    ),
    (
      .tlsFails,
      Texts(
        "TLS between the sides fails (%1).",
        "両側の間の TLS が失敗しました (%1)。",
        "双方之间的 TLS 失败 (%1)。",
        "TLS zwischen den Seiten kommt nicht zustande (%1)."
      )
    ),
    (
      .tlsFailsRemedy,
      Texts(
        "Both sides need -o repl_tls, and certificates that the other's authority has signed and that have "
          + "not expired.",
        "両側に -o repl_tls と、相手の認証局が署名した有効期限内の証明書が必要です。",
        "双方都需要 -o repl_tls，以及由对方信任的机构签发且未过期的证书。",
        "Beide Seiten brauchen -o repl_tls und Zertifikate, die die Stelle der anderen unterschrieben hat und "
          + "die noch gelten."
      )
    ),
    (
      .peerAway,
      Texts(
        "No link to %1.",
        "%1 へのリンクがありません。",
        "没有到 %1 的链路。",
        "Keine Verbindung zu %1."
      )
    ),
    (
      .peerAwayRemedy,
      Texts(
        "Is it running? Does its replication port answer from here, through the firewall? What does its log say?",
        "相手は動いていますか。レプリケーションポートはここから届きますか（ファイアウォール）。相手のログを確認してください。",
        "它在运行吗？从本机能否穿过防火墙访问其复制端口？查看它的日志。",
        "Läuft sie? Antwortet ihr Replikationsport von hier, durch die Firewall? Was sagt ihr Protokoll?"
      )
    ),
    (
      .waitsForPeer,
      Texts(
        "It waits for a peer at %1, and there is none.",
        "%1 で相手を待っていますが、まだいません。",
        "在 %1 等待对端，但没有对端。",
        "Er wartet an %1 auf eine Gegenseite, und es gibt keine."
      )
    ),
    (
      .waitsForPeerRemedy,
      Texts(
        "Start the other side with -x and this address.",
        "もう一方を -x とこのアドレスで起動します。",
        "用 -x 和本地址启动另一方。",
        "Die andere Seite mit -x und dieser Adresse starten."
      )
    ),
    (
      .legacyPeer,
      Texts(
        "The peer is a repcached 2.x: it tells no numbers, and conflicts are not resolved by time.",
        "相手は repcached 2.x です。数値は得られず、衝突は時刻で解決されません。",
        "对端是 repcached 2.x：不提供数据，冲突不按时间解决。",
        "Die Gegenseite ist ein repcached 2.x: sie nennt keine Zahlen, und Konflikte löst nicht die Zeit."
      )
    ),
    (
      .legacyPeerRemedy,
      Texts(
        "Upgrade it when you can.",
        "可能になったら更新してください。",
        "有条件时升级它。",
        "Sie bei Gelegenheit aktualisieren."
      )
    ),
    (
      .peerTellsNothing,
      Texts(
        "The peer is of a version that tells no numbers.",
        "相手は数値を伝えないバージョンです。",
        "对端版本不提供数据。",
        "Die Gegenseite hat eine Version, die keine Zahlen nennt."
      )
    ),
    (
      .peerTellsNothingRemedy,
      Texts(
        "Upgrade it to see both sides here.",
        "両側を表示するには相手を更新してください。",
        "升级它即可在此看到双方。",
        "Sie aktualisieren, um hier beide Seiten zu sehen."
      )
    ),
    (
      .peerSilent,
      Texts(
        "The peer has told no numbers for some seconds.",
        "相手から数秒間、数値が届いていません。",
        "对端已有数秒未报告数据。",
        "Die Gegenseite hat seit einigen Sekunden keine Zahlen genannt."
      )
    ),
    (
      .peerSilentRemedy,
      Texts(
        "It may be busy with a copy. If it stays so, look at its log.",
        "コピー中かもしれません。続くようなら相手のログを確認してください。",
        "它可能正忙于复制。若持续如此，请查看其日志。",
        "Vielleicht kopiert sie gerade. Bleibt es so, in ihr Protokoll sehen."
      )
    ),
    (
      .noSecret,
      Texts(
        "The pair has no secret: whoever reaches the replication port from the peer's address can be the peer.",
        "ペアにシークレットがありません。相手のアドレスからポートに届く者は誰でも相手になれます。",
        "双机没有密钥：从对端地址能访问复制端口的任何人都可成为对端。",
        "Das Paar hat kein Geheimnis: wer den Replikationsport von der Adresse der Gegenseite erreicht, kann "
          + "die Gegenseite sein."
      )
    ),
    (
      .noSecretRemedy,
      Texts(
        "Use -o repl_secret=FILE on both sides (docs/security.md).",
        "両側で -o repl_secret=FILE を使います (docs/security.md)。",
        "双方使用 -o repl_secret=FILE (docs/security.md)。",
        "Auf beiden Seiten -o repl_secret=DATEI verwenden (docs/security.md)."
      )
    ),
    (
      .clocksDiffer,
      Texts(
        "The clock of the peer is ahead by %1.",
        "相手の時計が %1 進んでいます。",
        "对端时钟超前 %1。",
        "Die Uhr der Gegenseite geht um %1 vor."
      )
    ),
    (
      .clocksDifferRemedy,
      Texts(
        "Whoever wrote last is told by the clocks: set both by NTP.",
        "最後の書き込みは時計で決まります。両方を NTP で合わせてください。",
        "谁最后写入由时钟决定：请用 NTP 校准双方。",
        "Wer zuletzt geschrieben hat, sagen die Uhren: beide mit NTP stellen."
      )
    ),
    (
      .memoryDiffers,
      Texts(
        "The sides have different memory: -m %1 here, -m %2 there.",
        "メモリ量が異なります：こちら -m %1、相手 -m %2。",
        "双方内存不同：本端 -m %1，对端 -m %2。",
        "Die Seiten haben verschieden viel Speicher: hier -m %1, dort -m %2."
      )
    ),
    (
      .memoryDiffersRemedy,
      Texts(
        "Start both with the same -m, or say cache_memlimit: what one has no room for is on the other alone.",
        "同じ -m で起動するか cache_memlimit を実行します。入りきらないものは片側だけに残ります。",
        "双方用相同的 -m 启动，或执行 cache_memlimit：一方放不下的只在另一方。",
        "Beide mit demselben -m starten, oder cache_memlimit sagen: wofür die eine keinen Platz hat, das ist "
          + "nur auf der anderen."
      )
    ),
    (
      .contentsDiffer,
      Texts(
        "The digests differ.",
        "ダイジェストが一致しません。",
        "摘要不一致。",
        "Die Prüfsummen sind verschieden."
      )
    ),
    (
      .contentsDifferRemedy,
      Texts(
        "Compare again while nobody writes. If it stays so: is one side full, or smaller (-m, -I)?",
        "書き込みのない時に再度比較します。続くなら、片側が満杯か小さくないか (-m, -I) 確認します。",
        "在无人写入时再比较。若仍如此：是否一方已满或较小 (-m, -I)？",
        "Noch einmal vergleichen, wenn niemand schreibt. Bleibt es so: ist eine Seite voll oder kleiner (-m, -I)?"
      )
    ),
    (
      .lagHere,
      Texts(
        "The peer is more than a second behind this side.",
        "相手がこちらより 1 秒以上遅れています。",
        "对端落后本端超过一秒。",
        "Die Gegenseite ist mehr als eine Sekunde zurück."
      )
    ),
    (
      .lagThere,
      Texts(
        "This side is more than a second behind the peer.",
        "こちらが相手より 1 秒以上遅れています。",
        "本端落后对端超过一秒。",
        "Diese Seite ist mehr als eine Sekunde zurück."
      )
    ),
  ]
}
