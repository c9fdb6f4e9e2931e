/// The page's looks: light and dark as the system has it, narrow and wide, without an image or a font of its own.
enum StyleSheet {
  static let text = colours + layout + tables + pair + charts + forms

  private static let colours = """
    :root { color-scheme: light dark; --ink: #1a1c1f; --paper: #fbfbfc; --card: #ffffff; --line: #c9cdd3; --soft: #565d66;
      --link: #0b57b0; --good: #14692f; --bad: #a3131d; --warn: #7a5000; --a: #0b57b0; --b: #b1470a; --field: #f1f3f5; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e6e8ea; --paper: #14161a; --card: #1d2025; --line: #454b54; --soft: #a6adb6; --link: #8ab8ff;
        --good: #7fd598; --bad: #ff9a9a; --warn: #f2c260; --a: #8ab8ff; --b: #ffb07c; --field: #282c33; }
    }

    """

  private static let layout = """
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.45 system-ui, sans-serif; }
    header, main, footer { max-width: 70rem; margin: 0 auto; padding: 0.5rem 1rem; }
    header { border-bottom: 1px solid var(--line); }
    .name { margin: 0.2rem 0; color: var(--soft); overflow-wrap: anywhere; }
    nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; list-style: none; margin: 0; padding: 0.25rem 0; }
    nav a { display: inline-block; padding: 0.35rem 0; }
    a { color: var(--link); }
    a[aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
    a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, textarea:focus-visible {
      outline: 3px solid var(--link); outline-offset: 2px; }
    .skip { position: absolute; left: -999rem; }
    .skip:focus { position: static; }
    h1 { font-size: 1.5rem; margin: 0.8rem 0; }
    h2 { font-size: 1.15rem; margin: 1.4rem 0 0.4rem; }
    footer { margin-top: 2rem; border-top: 1px solid var(--line); color: var(--soft); display: flex; flex-wrap: wrap;
      gap: 1rem; justify-content: space-between; align-items: center; }
    .languages a { margin-right: 0.9rem; }
    .soft { color: var(--soft); }
    .good { color: var(--good); }
    .bad { color: var(--bad); }
    .warn { color: var(--warn); }
    pre, code, .key { font-family: ui-monospace, monospace; font-size: 0.92em; }
    pre { background: var(--field); padding: 0.6rem; overflow: auto; max-height: 32rem; white-space: pre-wrap;
      overflow-wrap: anywhere; }
    .key { overflow-wrap: anywhere; }

    """

  private static let tables = """
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; background: var(--card); }
    th, td { text-align: left; padding: 0.35rem 0.6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
    thead th { font-weight: 600; }
    tbody th { font-weight: 400; }
    td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    caption { text-align: left; color: var(--soft); padding: 0.2rem 0; }

    """

  private static let pair = """
    .sides { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); }
    .side { background: var(--card); border: 1px solid var(--line); border-radius: 0.4rem; padding: 0.4rem 0.9rem 0.8rem; }
    .side.local { border-top: 4px solid var(--a); }
    .side.remote { border-top: 4px solid var(--b); }
    dl { display: grid; grid-template-columns: minmax(8rem, 2fr) 3fr; gap: 0.2rem 0.8rem; margin: 0; }
    dt { color: var(--soft); }
    dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
    progress { width: 100%; accent-color: var(--link); }
    .findings { list-style: none; padding: 0; }
    .findings li { border-left: 5px solid var(--line); background: var(--card); padding: 0.4rem 0.8rem; margin: 0.5rem 0; }
    .findings li.bad { border-color: var(--bad); }
    .findings li.warn { border-color: var(--warn); }
    .findings li.good { border-color: var(--good); }
    .findings p { margin: 0.1rem 0; color: var(--ink); }

    """

  private static let charts = """
    .charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); }
    figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 0.4rem; padding: 0.4rem 0.7rem; }
    figcaption { display: flex; flex-wrap: wrap; gap: 0.2rem 0.8rem; justify-content: space-between; }
    svg { width: 100%; height: auto; display: block; }
    svg .a { fill: none; stroke: var(--a); stroke-width: 2; }
    svg .b { fill: none; stroke: var(--b); stroke-width: 2; stroke-dasharray: 6 3; }
    svg .axis { stroke: var(--line); stroke-width: 1; }
    svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
    .legend-a::before { content: "— "; color: var(--a); font-weight: 700; }
    .legend-b::before { content: "- - "; color: var(--b); font-weight: 700; }

    """

  private static let forms = """
    form { margin: 0.4rem 0; }
    form.line { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: end; }
    label { display: flex; flex-direction: column; gap: 0.15rem; color: var(--soft); font-size: 0.92rem; }
    input, select, textarea, button { font: inherit; color: var(--ink); background: var(--field);
      border: 1px solid var(--line); border-radius: 0.3rem; padding: 0.4rem 0.6rem; max-width: 100%; }
    textarea { width: 100%; min-height: 6rem; font-family: ui-monospace, monospace; }
    button { cursor: pointer; min-height: 2.5rem; }
    button.danger { border-color: var(--bad); color: var(--bad); }
    @media (max-width: 34rem) {
      body { font-size: 15px; }
      dl { grid-template-columns: 1fr; gap: 0; }
      dd { margin-bottom: 0.4rem; }
    }

    """
}
