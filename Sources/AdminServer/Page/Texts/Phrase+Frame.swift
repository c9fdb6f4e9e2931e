/// Around every screen: English, Japanese, Chinese, German.
extension Phrase {
  static let frameTexts: [(Phrase, Texts)] = [
    (
      .skipToContent,
      Texts(
        "Skip to the content",
        "本文へ移動",
        "跳到正文",
        "Zum Inhalt"
      )
    ),
    (
      .screens,
      Texts(
        "Screens",
        "画面",
        "页面",
        "Seiten"
      )
    ),
    (
      .pair,
      Texts(
        "Pair",
        "ペア",
        "双机",
        "Paar"
      )
    ),
    (
      .statistics,
      Texts(
        "Statistics",
        "統計",
        "统计",
        "Statistik"
      )
    ),
    (
      .slabs,
      Texts(
        "Slabs",
        "スラブ",
        "Slab",
        "Slabs"
      )
    ),
    (
      .items,
      Texts(
        "Items",
        "アイテム",
        "条目",
        "Einträge"
      )
    ),
    (
      .connections,
      Texts(
        "Connections",
        "接続",
        "连接",
        "Verbindungen"
      )
    ),
    (
      .top,
      Texts(
        "Top",
        "トップ",
        "热点",
        "Spitze"
      )
    ),
    (
      .whichServer,
      Texts(
        "Which server",
        "どのサーバか",
        "哪台服务器",
        "Welcher Server"
      )
    ),
    (
      .console,
      Texts(
        "Console",
        "コンソール",
        "控制台",
        "Konsole"
      )
    ),
    (
      .logIn,
      Texts(
        "Log in",
        "ログイン",
        "登录",
        "Anmelden"
      )
    ),
    (
      .logOut,
      Texts(
        "Log out %1",
        "%1 をログアウト",
        "退出登录 %1",
        "%1 abmelden"
      )
    ),
    (
      .user,
      Texts(
        "User",
        "ユーザ",
        "用户",
        "Benutzer"
      )
    ),
    (
      .password,
      Texts(
        "Password",
        "パスワード",
        "密码",
        "Kennwort"
      )
    ),
    (
      .loginRefused,
      Texts(
        "User or password is wrong.",
        "ユーザ名またはパスワードが違います。",
        "用户名或密码错误。",
        "Benutzer oder Kennwort ist falsch."
      )
    ),
    (
      .tooManyLogins,
      Texts(
        "Too many logins wait at the moment. Try again in some seconds.",
        "待機中のログインが多すぎます。数秒後にもう一度お試しください。",
        "等待中的登录过多。请过几秒再试。",
        "Zu viele Anmeldungen warten gerade. Bitte in einigen Sekunden noch einmal."
      )
    ),
    (
      .readOnly,
      Texts(
        "This page only reads, and shows no values: the server has no login (-Y).",
        "このページは閲覧専用で、値は表示しません。サーバにログイン (-Y) がありません。",
        "本页只读，不显示值：服务器没有配置登录 (-Y)。",
        "Diese Seite liest nur und zeigt keine Werte: der Server hat keine Anmeldung (-Y)."
      )
    ),
    (
      .foreignForm,
      Texts(
        "The form was not made for this session. Open the page again and repeat it.",
        "フォームがこのセッションのものではありません。ページを開き直してやり直してください。",
        "该表单不属于本次会话。请重新打开页面再试。",
        "Das Formular gehört nicht zu dieser Sitzung. Bitte die Seite neu öffnen und wiederholen."
      )
    ),
    (
      .notDone,
      Texts(
        "Not done",
        "実行できません",
        "未执行",
        "Nicht ausgeführt"
      )
    ),
    (
      .startingOrEnding,
      Texts(
        "The server is starting or ending.",
        "サーバは起動中または終了中です。",
        "服务器正在启动或正在停止。",
        "Der Server startet oder endet gerade."
      )
    ),
    (
      .yes,
      Texts(
        "yes",
        "はい",
        "是",
        "ja"
      )
    ),
    (
      .no,
      Texts(
        "no",
        "いいえ",
        "否",
        "nein"
      )
    ),
    (
      .never,
      Texts(
        "never",
        "なし",
        "从未",
        "noch nie"
      )
    ),
    (
      .now,
      Texts(
        "now",
        "現在",
        "现在",
        "jetzt"
      )
    ),
  ]
}
