/// What is wrong with the pair: English, Japanese, Chinese, German.
extension Phrase {
  static let findingsTexts: [(Phrase, Texts)] = [
    (
      .allWell,
      Texts(
        "All is well: the pair is linked, and every change goes over.",
        "正常です。ペアは接続され、変更はすべて転送されています。",
        "一切正常：双机已连接，所有更改都会传送。",
        "Alles in Ordnung: das Paar ist verbunden, und jede Änderung geht hinüber."
      )
    ),
    (
      .copying,
      Texts(
        "The pair is linked and copies what the sides lack.",
        "ペアは接続され、不足分をコピーしています。",
        "双机已连接，正在补齐缺少的内容。",
        "Das Paar ist verbunden und kopiert, was den Seiten fehlt."
      )
    ),
    (
      .alone,
      Texts(
        "Replication is off: there is no second copy.",
        "レプリケーションが無効です。複製はありません。",
        "复制已关闭：没有第二份副本。",
        "Die Replikation ist aus: es gibt keine zweite Kopie."
      )
    ),
    (
      .aloneRemedy,
      Texts(
        "Start both sides with -X PORT, one of them with -x and the other's address.",
        "両側を -X PORT で起動し、片方に -x で相手のアドレスを指定します。",
        "双方都用 -X PORT 启动，其中一方用 -x 指定另一方地址。",
        "Beide Seiten mit -X PORT starten, eine davon mit -x und der Adresse der anderen."
      )
    ),
    (
      .secretsDiffer,
      Texts(
        "One side refuses the other: the secrets differ (%1).",
        "一方が他方を拒否しています：シークレットが異なります (%1)。",
        "一方拒绝另一方：密钥不同 (%1)。",
        "Eine Seite weist die andere ab: die Geheimnisse sind verschieden (%1)."
      )
    ),
    (
      .secretsDifferRemedy,
      Texts(
        "Put the same line into the file of -o repl_secret on both sides and send both SIGHUP.",
        "両側の -o repl_secret のファイルに同じ行を書き、両方に SIGHUP を送ります。",
        "在双方 -o repl_secret 的文件中写入相同的一行，并向双方发送 SIGHUP。",
        "In die Datei von -o repl_secret auf beiden Seiten dieselbe Zeile schreiben und beiden SIGHUP schicken."
      )
    ),
    (
      .secretMissing,
      Texts(
        "One side has a secret and the other has none (%1).",
        "片方だけにシークレットがあります (%1)。",
        "只有一方配置了密钥 (%1)。",
        "Eine Seite hat ein Geheimnis und die andere keines (%1)."
      )
    ),
    (
      .secretMissingRemedy,
      Texts(
        "Start both sides with -o repl_secret=FILE, with the same line in it.",
        "両側を -o repl_secret=FILE で起動し、同じ行を書きます。",
        "双方都用 -o repl_secret=FILE 启动，文件内容相同。",
        "Beide Seiten mit -o repl_secret=DATEI starten, mit derselben Zeile darin."
      )
    ),
    (
      .secretUnwanted,
      Texts(
        "One side has a secret and the other has none (%1).",
        "片方だけにシークレットがあります (%1)。",
        "只有一方配置了密钥 (%1)。",
        "Eine Seite hat ein Geheimnis und die andere keines (%1)."
      )
    ),
    (
      .secretUnwantedRemedy,
      Texts(
        "Start both sides with -o repl_secret=FILE, with the same line in it.",
        "両側を -o repl_secret=FILE で起動し、同じ行を書きます。",
        "双方都用 -o repl_secret=FILE 启动，文件内容相同。",
        "Beide Seiten mit -o repl_secret=DATEI starten, mit derselben Zeile darin."
      )
    ),
    (
      .clocksApart,
      Texts(
        "The clocks of the two hosts are more than 60 s apart (%1).",
        "二つのホストの時計が 60 秒以上ずれています (%1)。",
        "两台主机的时钟相差超过 60 秒 (%1)。",
        "Die Uhren der beiden Rechner gehen mehr als 60 s auseinander (%1)."
      )
    ),
    (
      .clocksApartRemedy,
      Texts(
        "Set both clocks by NTP. The pair links again by itself.",
        "両方の時計を NTP で合わせます。ペアは自動で再接続します。",
        "用 NTP 校准双方时钟。双机会自动重新连接。",
        "Beide Uhren mit NTP stellen. Das Paar verbindet sich dann von selbst."
      )
    ),
    (
      .notAdmitted,
      Texts(
        "A daemon came in that is not the peer of -x (%1).",
        "-x の相手ではないデーモンが接続してきました (%1)。",
        "连接进来的守护进程不是 -x 指定的对端 (%1)。",
        "Ein Daemon kam herein, der nicht die Gegenseite von -x ist (%1)."
      )
    ),
    (
      .notAdmittedRemedy,
      Texts(
        "If it is the right one: name its address in -x here, or use a secret on both sides.",
        "正しい相手なら、こちらの -x にそのアドレスを指定するか、両側でシークレットを使います。",
        "如果它确实是对端：在本端 -x 中写它的地址，或在双方使用密钥。",
        "Ist es die richtige: hier ihre Adresse in -x nennen, oder auf beiden Seiten ein Geheimnis verwenden."
      )
    ),
    (
      .otherPeer,
      Texts(
        "The other side was told to pair with another daemon (%1).",
        "相手は別のデーモンと組むよう指定されています (%1)。",
        "对方被指定与另一守护进程配对 (%1)。",
        "Der Gegenseite wurde ein anderer Daemon genannt (%1)."
      )
    ),
    (
      .otherPeerRemedy,
      Texts(
        "Correct -x on the side that names the wrong address, or say replication peer there.",
        "誤ったアドレスを指定している側の -x を直すか、そこで replication peer を実行します。",
        "在地址写错的一方修改 -x，或在那里执行 replication peer。",
        "Auf der Seite mit der falschen Adresse -x berichtigen, oder dort replication peer sagen."
      )
    ),
    (
      .versionsDiffer,
      Texts(
        "The two speak different protocol versions (%1).",
        "プロトコルのバージョンが異なります (%1)。",
        "双方的协议版本不同 (%1)。",
        "Die beiden sprechen verschiedene Versionen des Protokolls (%1)."
      )
    ),
    (
      .versionsDifferRemedy,
      Texts(
        "Upgrade the older side.",
        "古い側を更新します。",
        "升级较旧的一方。",
        "Die ältere Seite aktualisieren."
      )
    ),
    (
      .alreadyConnected,
      Texts(
        "A third daemon wants to be the peer (%1).",
        "三つ目のデーモンが相手になろうとしています (%1)。",
        "第三个守护进程想成为对端 (%1)。",
        "Ein dritter Daemon will die Gegenseite sein (%1)."
      )
    ),
    (
      .alreadyConnectedRemedy,
      Texts(
        "A pair has two sides. End the third, or give it another -X.",
        "ペアは二つで一組です。三つ目を終了するか、別の -X にします。",
        "双机只有两端。停止第三个，或给它另一个 -X。",
        "Ein Paar hat zwei Seiten. Die dritte beenden oder ihr ein anderes -X geben."
      )
    ),
    (
      .sameName,
      Texts(
        "Two daemons have the same host name and ports (%1).",
        "ホスト名とポートが同じデーモンが二つあります (%1)。",
        "两个守护进程的主机名和端口相同 (%1)。",
        "Zwei Daemons haben denselben Rechnernamen und dieselben Ports (%1)."
      )
    ),
    (
      .sameNameRemedy,
      Texts(
        "Give each host a name of its own.",
        "各ホストに固有の名前を付けます。",
        "给每台主机各自的名字。",
        "Jedem Rechner einen eigenen Namen geben."
      )
    ),
    (
      .itself,
      Texts(
        "It has connected to itself (%1).",
        "自分自身に接続しました (%1)。",
        "连接到了自己 (%1)。",
        "Er hat sich mit sich selbst verbunden (%1)."
      )
    ),
    (
      .itselfRemedy,
      Texts(
        "Name the other host in -x.",
        "-x に相手のホストを指定します。",
        "在 -x 中写对方主机。",
        "In -x den anderen Rechner nennen."
      )
    ),
  ]
}
