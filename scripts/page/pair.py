"""The screen of the pair: both sides, a copy on its way, a peer that is refused, one side dead."""
from page.site import SCREENS, SlowLink, expect, shows
from page.webdriver import free_port, until


def test_both_sides_live(site, browser, one, other):
    browser.open(one.page + "/")
    browser.run("window.same = true")
    count = len(one.get("/items") or "")
    expect(count > 0, "no items")
    one.store("live", "1")
    lines = one.ask(b"stats\r\n", b"END\r\n").decode()
    items = next(line.split()[2] for line in lines.splitlines() if " curr_items " in line)
    until("both sides' items without loading the page anew", lambda: browser.run(
        "return window.same && Array.from(document.querySelectorAll('.side')).every(s => s.innerText.includes(arguments[0]))",
        items))
    browser.click("form[action='/digests'] button")
    shows(browser, "Equal: both sides hold the same.")


def test_one_side_dead(site, browser, one, other):
    one.end()
    browser.open(other.page + "/")
    shows(browser, "No link to 127.0.0.1:", "What to do:", "There is no peer at the moment.")
    for path in SCREENS:
        browser.open(other.page + path)
        expect(browser.find_all("main h1"), f"no heading on {path}")


def test_copy_progress(site, browser, haystack):
    """To a peer behind a slow link: on both screens."""
    link = SlowLink(haystack.link_port, 3_000_000)
    joiner = site.daemon("-x", "127.0.0.1", "-X", f"{free_port()}:{link.port}", "-m", "256")
    for side, title in ((haystack.one, "Last copy to its peer"), (joiner, "Last copy from its peer")):
        browser.open(side.page + "/")
        browser.run("window.same = true")
        seen = set()

        def moves():
            seen.update(browser.run(
                "return Array.from(document.querySelectorAll('.side.local dt')).filter(e => e.innerText === arguments[0])"
                ".map(e => e.nextElementSibling.querySelector('progress')).filter(e => e).map(e => e.value)", title))
            return len(seen) >= 2

        until(f"{title}: a bar that moves", moves)
        expect(browser.run("return window.same"), "the page was loaded anew")
    until("the copy's end", lambda: "1,000,001 items" in browser.told(".side.local"), 120)


def test_secrets_differ(site, browser):
    ports = (free_port(), free_port())
    one = site.daemon("-x", "127.0.0.1", "-X", f"{ports[0]}:{ports[1]}", "-o", f"repl_secret={site.file('first', 'a' * 32)}")
    site.daemon("-x", "127.0.0.1", "-X", f"{ports[1]}:{ports[0]}", "-o", f"repl_secret={site.file('second', 'b' * 32)}")
    browser.open(one.page + "/")
    shows(browser, "One side refuses the other: the secrets differ", "What to do:",
          "Put the same line into the file of -o repl_secret on both sides and send both SIGHUP.")
