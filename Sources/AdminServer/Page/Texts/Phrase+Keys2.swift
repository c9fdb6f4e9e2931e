/// Items, a key, changes, the console, which server: English, Japanese, Chinese, German.
extension Phrase {
  static let keysTexts2: [(Phrase, Texts)] = [
    (
      .valueCut,
      Texts(
        "Only the first %1 are shown.",
        "最初の %1 だけを表示しています。",
        "仅显示前 %1。",
        "Nur die ersten %1 werden gezeigt."
      )
    ),
    (
      .notInThatForm,
      Texts(
        "It is not of that form: shown in hex.",
        "その形式ではないため、16 進で表示しています。",
        "不是该格式：以十六进制显示。",
        "Es hat nicht diese Form: darum in Hex."
      )
    ),
    (
      .change,
      Texts(
        "Change it",
        "変更",
        "修改",
        "Ändern"
      )
    ),
    (
      .secondsToLive,
      Texts(
        "Seconds to live, 0: for ever",
        "有効秒数、0 は無期限",
        "存活秒数，0 为永久",
        "Sekunden zu leben, 0: unbegrenzt"
      )
    ),
    (
      .set,
      Texts(
        "Set",
        "格納",
        "写入",
        "Schreiben"
      )
    ),
    (
      .touch,
      Texts(
        "Touch",
        "期限を更新",
        "更新期限",
        "Frist setzen"
      )
    ),
    (
      .deleteKey,
      Texts(
        "Delete",
        "削除",
        "删除",
        "Löschen"
      )
    ),
    (
      .sureToReplace,
      Texts(
        "Yes, replace what is there, on both sides.",
        "はい、両側で置き換えます。",
        "是的，在双方替换。",
        "Ja, ersetzen, was da ist, auf beiden Seiten."
      )
    ),
    (
      .sureToTouch,
      Texts(
        "Yes, this time to live, on both sides.",
        "はい、両側でこの期限にします。",
        "是的，在双方使用此期限。",
        "Ja, diese Frist, auf beiden Seiten."
      )
    ),
    (
      .sureToDelete,
      Texts(
        "Delete this key on both sides?",
        "このキーを両側で削除しますか。",
        "在双方删除此键？",
        "Diesen Schlüssel auf beiden Seiten löschen?"
      )
    ),
    (
      .sureToFlush,
      Texts(
        "This forgets every item on both sides. It cannot be taken back.",
        "両側の全アイテムを消去します。元に戻せません。",
        "这会清除双方的所有条目，无法撤销。",
        "Das vergisst jeden Eintrag auf beiden Seiten. Es lässt sich nicht zurücknehmen."
      )
    ),
    (
      .typeFlush,
      Texts(
        "Type %1 to confirm",
        "確認のため %1 と入力",
        "输入 %1 以确认",
        "Zur Bestätigung %1 eingeben"
      )
    ),
    (
      .flushAll,
      Texts(
        "Flush everything",
        "すべて消去",
        "清空全部",
        "Alles leeren"
      )
    ),
    (
      .notConfirmed,
      Texts(
        "It was not confirmed, so nothing was done.",
        "確認されなかったため、何もしていません。",
        "未确认，未执行任何操作。",
        "Es wurde nicht bestätigt, darum ist nichts geschehen."
      )
    ),
    (
      .noNumber,
      Texts(
        "That is no number.",
        "数値ではありません。",
        "这不是数字。",
        "Das ist keine Zahl."
      )
    ),
    (
      .nothingThere,
      Texts(
        "There is nothing under this key.",
        "このキーには何もありません。",
        "此键下没有内容。",
        "Unter diesem Schlüssel ist nichts."
      )
    ),
    (
      .refusedByServer,
      Texts(
        "The server answered: %1",
        "サーバの応答：%1",
        "服务器应答：%1",
        "Der Server antwortete: %1"
      )
    ),
    (
      .command,
      Texts(
        "Command",
        "コマンド",
        "命令",
        "Befehl"
      )
    ),
    (
      .send,
      Texts(
        "Send",
        "送信",
        "发送",
        "Senden"
      )
    ),
    (
      .consoleHelp,
      Texts(
        "Commands of memcached's text protocol, executed here. A value stands on the line behind its command. "
          + "Arrow up: what was said before.",
        "memcached のテキストプロトコルのコマンドを実行します。値はコマンドの次の行に書きます。上矢印で履歴。",
        "执行 memcached 文本协议的命令。值写在命令的下一行。上箭头：历史命令。",
        "Befehle aus dem Textprotokoll von memcached, hier ausgeführt. Ein Wert steht in der Zeile hinter "
          + "seinem Befehl. Pfeil nach oben: was vorher gesagt wurde."
      )
    ),
    (
      .notAtTheConsole,
      Texts(
        "This command is not for the console: it never ends, or ends the server.",
        "このコマンドはコンソールでは使えません。終わらないか、サーバを終了させます。",
        "此命令不能在控制台使用：它不会结束，或会停止服务器。",
        "Dieser Befehl ist nichts für die Konsole: er endet nie, oder er beendet den Server."
      )
    ),
    (
      .whereHelp,
      Texts(
        "Which server of a list has a key, as a client or a proxy decides it. A line each: HOST:PORT, and a "
          + "weight if it has one.",
        "クライアントやプロキシの規則で、リストのどのサーバがキーを持つかを示します。一行に HOST:PORT と重み。",
        "按客户端或代理的规则，列表中哪台服务器拥有某个键。每行：HOST:PORT，可加权重。",
        "Welcher Server einer Liste einen Schlüssel hat, wie ein Client oder Proxy es entscheidet. Je Zeile: "
          + "HOST:PORT, und ein Gewicht, wenn er eines hat."
      )
    ),
    (
      .servers,
      Texts(
        "Servers",
        "サーバ",
        "服务器",
        "Server"
      )
    ),
    (
      .rule,
      Texts(
        "Client and algorithm",
        "クライアントと方式",
        "客户端和算法",
        "Client und Verfahren"
      )
    ),
  ]
}
