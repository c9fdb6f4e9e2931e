"""The screens that show: each with a heading and labels, live, without a script, on a telephone, in the dark, in each language."""
import socket

from page.site import SCREENS, expect, find_item, leave, shows
from page.webdriver import until

HOSTILE = "<script>document.title='taken'</script>"


def test_every_screen(site, browser, one, other):
    one.store(HOSTILE, "x")
    one.store("text", "hello")
    for path in SCREENS:
        browser.open(one.page + path)
        expect(browser.find_all("main h1"), f"no heading on {path}")
        for control in browser.run(
                "return Array.from(document.querySelectorAll('input:not([type=hidden]),select,textarea'))"
                ".filter(c => !c.labels || c.labels.length === 0).map(c => c.outerHTML)"):
            raise BrowserError(f"no label on {path}: {control}")
        expect(browser.find_all("nav a[aria-current=page]") or "/key" in path, f"no place in the menu: {path}")
    browser.open(one.page + "/")
    shows(browser, "This side", "The peer", "MASTER", "SLAVE", "every change goes over at once")


def test_hostile_key(site, browser, one, other):
    browser.open(one.page + "/items")
    find_item(browser, HOSTILE)
    browser.follow(HOSTILE)
    shows(browser, HOSTILE, "Both sides hold the same.", "Values are shown to those who have logged in")
    expect("taken" not in browser.run("return document.title"), "the key's name was run")


def test_search(site, browser, one, other):
    for number in range(100):
        one.store(f"user:{number}", "x")
    browser.open(one.page + "/items")
    browser.type("input[name=prefix]", "user:9")
    browser.type("input[name=pattern]", "*5")
    leave(browser, "form[role=search] button")
    find_item(browser, "user:95")
    expect(browser.all_told("td a.key") == ["user:95"], "more is found than was looked for")


def test_without_script(site, one, other):
    browser = site.browser(script=False)
    for path in SCREENS:
        browser.open(one.page + path)
        expect(browser.find_all("main h1"), f"no heading on {path}")
    browser.open(one.page + "/statistics")
    expect(len(browser.find_all("figure svg polyline")) > 0, "no line in the charts")
    browser.open(one.page + "/where")
    browser.type("textarea", "10.0.0.1:11211\n10.0.0.2:11211")
    browser.type("input[name=key]", "some-key")
    browser.click("main form button")
    shows(browser, "some-key is at 10.0.0.")
    browser.end()


def test_languages_and_telephone(site, one, other):
    browser = site.browser(language="ja", dark=True)
    browser.open(one.page + "/")
    shows(browser, "両側")
    for word, told in (("Deutsch", "Beide Seiten"), ("中文", "双方"), ("English", "Both sides")):
        browser.follow(word)
        shows(browser, told)
        browser.open(one.page + "/slabs")
        browser.open(one.page + "/")
        shows(browser, told)
    dark = browser.run("return getComputedStyle(document.body).backgroundColor")
    expect(dark == "rgb(20, 22, 26)", f"not dark: {dark}")
    browser.resize(360, 740)
    for path in SCREENS:
        browser.open(one.page + path)
        wide = browser.run("return document.documentElement.scrollWidth - window.innerWidth")
        expect(wide <= 0, f"{path} is {wide} pixels too wide for a telephone")
    browser.end()


def test_million_keys(browser, haystack):
    haystack.join(120)
    one = haystack.one
    count = next(line for line in one.ask(b"stats\r\n", b"END\r\n").decode().splitlines() if " curr_items " in line)
    expect(count.endswith(" 1000001"), f"not a million keys: {count}")
    browser.open(one.page + "/items?pattern=*eedl*")
    print(f"  found among 1,000,001 keys in {find_item(browser, 'needle')} steps")
    expect(one.get("/healthz") == "ok\n", "monitors are not answered")


def test_connections(site, browser, one, other):
    with socket.create_connection(("127.0.0.1", one.port), 20) as client:
        client.sendall(b"version\r\n")
        client.recv(100)
        address = "tcp:127.0.0.1:%d" % client.getsockname()[1]
        browser.open(one.page + "/connections")
        browser.run("window.same = true")
        row = next((row for row in browser.all_told("#connections tbody tr") if address in row), None)
        expect(row, f"{address} is not among the connections")
        expect(f"tcp:127.0.0.1:{one.port}" in row and "conn_" in row, f"by what, and in which state? {row!r}")
    until("the connection's end without loading the page anew", lambda: browser.run(
        "return window.same && !document.querySelector('#connections').innerText.includes(arguments[0])", address))


def test_top_commands(site, browser, one, other):
    browser.open(one.page + "/top")
    browser.run("window.same = true")

    def is_on_top():
        one.ask(b"get nothing\r\n" * 50 + b"mn\r\n", b"MN\r\n")
        rows = browser.all_told("#commands tbody tr")
        rates = {row.split()[0]: int(row.split()[1].replace(",", "")) for row in rows}
        return rates.get("get_misses", 0) >= 50 and rows[0].split()[0] in ("cmd_get", "get_misses")

    until("the commands of the last second", is_on_top)
    expect(browser.run("return window.same"), "the page was loaded anew")
    expect(not browser.find_all("form[action='/top']"), "whoever has no login can have keys sampled")


def test_slabs_to_value(site, browser, one, other):
    one.store("slab:item", "x" * 5000)
    browser.open(one.page + "/slabs")
    rows = browser.all_told("#slabs tbody tr")
    number = next(index for index, row in enumerate(rows) if "5." in row or "6." in row)
    leave(browser, f"#slabs tbody tr:nth-child({number + 1}) a")
    expect("class=" in browser.url, browser.url)
    find_item(browser, "slab:item")
    browser.follow("slab:item")
    shows(browser, "Both sides hold the same.")


def test_statistics(site, browser, one, other):
    one.ask(b"get text\r\n", b"END\r\n")
    browser.open(one.page + "/statistics?minutes=5")
    shows(browser, "keys asked for", "items are held; they fill")
    until("a line of either side in each chart", lambda: browser.run(
        "return Array.from(document.querySelectorAll('#charts figure'))"
        ".filter(f => f.querySelectorAll('svg polyline').length >= 2).length >= 5"))
    expect(browser.find_all("#charts figure figcaption"), "charts without captions")
