/// What is wrong with the pair: English, Japanese, Chinese, German.
extension Phrase {
  static let findingsTexts3: [(Phrase, Texts)] = [
    (
      .lagRemedy,
      Texts(
        "Look at the network between them, and at what keeps the slower host busy.",
        "両者間のネットワークと、遅い側の負荷を確認します。",
        "检查双方之间的网络，以及较慢主机的负载。",
        "Das Netz dazwischen ansehen, und was den langsameren Rechner beschäftigt."
      )
    ),
    (
      .overflowHere,
      Texts(
        "The queue to the peer was full %1 times: the stream was given up and copied anew.",
        "相手への待ち行列が %1 回あふれ、コピーし直しました。",
        "到对端的队列满了 %1 次：放弃数据流并重新复制。",
        "Die Warteschlange zur Gegenseite war %1 mal voll: der Strom wurde aufgegeben und neu kopiert."
      )
    ),
    (
      .overflowThere,
      Texts(
        "The peer's queue to this side was full %1 times.",
        "相手からの待ち行列が %1 回あふれました。",
        "对端到本端的队列满了 %1 次。",
        "Die Warteschlange der Gegenseite war %1 mal voll."
      )
    ),
    (
      .overflowRemedy,
      Texts(
        "Give it a larger queue (-q, -o repl_queue_bytes), or the link more bandwidth.",
        "待ち行列を大きくする (-q) か、帯域を増やします。",
        "增大队列 (-q)，或增加链路带宽。",
        "Eine größere Warteschlange geben (-q), oder der Verbindung mehr Bandbreite."
      )
    ),
    (
      .noRoomHere,
      Texts(
        "This side had no memory for %1 values of the peer's.",
        "こちらは相手の値 %1 件を入れるメモリがありませんでした。",
        "本端没有内存容纳对端的 %1 个值。",
        "Diese Seite hatte für %1 Werte der Gegenseite keinen Platz."
      )
    ),
    (
      .noRoomThere,
      Texts(
        "The peer had no memory for %1 values of this side's.",
        "相手はこちらの値 %1 件を入れるメモリがありませんでした。",
        "对端没有内存容纳本端的 %1 个值。",
        "Die Gegenseite hatte für %1 Werte dieser Seite keinen Platz."
      )
    ),
    (
      .noRoomRemedy,
      Texts(
        "Give it as much memory as the other has (-m, or cache_memlimit).",
        "相手と同じだけのメモリを与えます (-m または cache_memlimit)。",
        "给它与另一方相同的内存 (-m 或 cache_memlimit)。",
        "Ihr so viel Speicher geben wie der anderen (-m oder cache_memlimit)."
      )
    ),
    (
      .refusedHere,
      Texts(
        "This side has refused %1 values of the peer's, for it has deleted them since.",
        "こちらは、後で削除した相手の値 %1 件を拒否しました。",
        "本端拒绝了对端的 %1 个值，因为之后已删除。",
        "Diese Seite hat %1 Werte der Gegenseite abgewiesen, denn sie hat sie seither gelöscht."
      )
    ),
    (
      .refusedThere,
      Texts(
        "The peer has refused %1 values of this side's, for it has deleted them since.",
        "相手は、後で削除したこちらの値 %1 件を拒否しました。",
        "对端拒绝了本端的 %1 个值，因为之后已删除。",
        "Die Gegenseite hat %1 Werte dieser Seite abgewiesen, denn sie hat sie seither gelöscht."
      )
    ),
    (
      .refusedRemedy,
      Texts(
        "That is as it should be after a long break: nothing to do.",
        "長い切断の後には正常な動作です。対処は不要です。",
        "长时间中断后这是正常的：无需处理。",
        "So soll es nach einer langen Trennung sein: nichts zu tun."
      )
    ),
    (
      .conflictsHere,
      Texts(
        "This side met %1 states that were equally old and different.",
        "こちらは同時刻で異なる状態に %1 回出会いました。",
        "本端遇到 %1 个时间相同但内容不同的状态。",
        "Diese Seite traf %1 Zustände, die gleich alt und verschieden waren."
      )
    ),
    (
      .conflictsThere,
      Texts(
        "The peer met %1 states that were equally old and different.",
        "相手は同時刻で異なる状態に %1 回出会いました。",
        "对端遇到 %1 个时间相同但内容不同的状态。",
        "Die Gegenseite traf %1 Zustände, die gleich alt und verschieden waren."
      )
    ),
    (
      .conflictsRemedy,
      Texts(
        "Both keep the same one. Compare the digests if in doubt.",
        "両側は同じものを残します。疑わしければダイジェストを比較します。",
        "双方保留同一个。如有疑问请比较摘要。",
        "Beide behalten denselben. Im Zweifel die Prüfsummen vergleichen."
      )
    ),
    (
      .notServingHere,
      Texts(
        "This side takes no clients in.",
        "こちらはクライアントを受け入れていません。",
        "本端不接受客户端。",
        "Diese Seite nimmt keine Clients an."
      )
    ),
    (
      .notServingThere,
      Texts(
        "The peer takes no clients in.",
        "相手はクライアントを受け入れていません。",
        "对端不接受客户端。",
        "Die Gegenseite nimmt keine Clients an."
      )
    ),
    (
      .notServingRemedy,
      Texts(
        "It is being filled by its peer, or ends. If it stays so, look at its log.",
        "相手からのコピー中か、終了中です。続くならログを確認します。",
        "它正在由对端填充，或正在停止。若持续如此，请查看日志。",
        "Sie wird gerade gefüllt, oder sie endet. Bleibt es so, in ihr Protokoll sehen."
      )
    ),
  ]
}
