"""The page of `-o http=` in headless Chromium, in front of real pairs.

    test_page.py PROGRAM [--screenshots]

Each screen, each action, one side dead, a hostile key name, a million keys; without a script, on a telephone, in the dark, in each
language. What the browser tells of a violated policy, or of an error of the script, is a fault of its own.
"""
import contextlib
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from webdriver import Browser, BrowserError, free_port, until

ROOT = pathlib.Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "page"
HOSTILE = "<script>document.title='taken'</script>"
SCREENS = ["/", "/statistics", "/slabs", "/items", "/connections", "/top", "/where", "/key?key=text"]
PHP = 'a:2:{s:4:"name";s:4:"cart";s:5:"count";i:3;}'
JSON = '{"user":7,"roles":["reader","writer"]}'


class Daemon:
    def __init__(self, program, folder, *options):
        self.port, self.http = free_port(), free_port()
        self.log = open(folder / f"{self.port}.log", "w+")
        command = [program, "-l", "127.0.0.1", "-p", str(self.port), "-o", f"http=127.0.0.1:{self.http}", *options]
        if subprocess.run(["id", "-u"], capture_output=True, text=True).stdout.strip() == "0":
            command += ["-u", "root"]
        self.child = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        until(f"port {self.http}", lambda: self.get("/healthz"))

    @property
    def page(self):
        return f"http://127.0.0.1:{self.http}"

    def get(self, path):
        try:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(self.page + path, timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            return None

    def ask(self, request, end, login=None):
        with socket.create_connection(("127.0.0.1", self.port), 20) as client:
            if login:
                client.sendall(f"set l 0 0 {len(login)}\r\n{login}\r\n".encode())
                assert client.recv(100) == b"STORED\r\n"
            client.sendall(request)
            answer = b""
            while not answer.endswith(end):
                piece = client.recv(1 << 16)
                if not piece:
                    break
                answer += piece
            return answer

    def store(self, key, value, login=None):
        value = value if isinstance(value, bytes) else value.encode()
        request = f"set {key} 0 0 {len(value)}\r\n".encode() + value + b"\r\n"
        assert self.ask(request, b"\r\n", login) == b"STORED\r\n"

    def end(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGKILL)
        self.child.wait()


class Site:
    """A pair, or two, and browsers; all of it is gone at the end."""

    def __init__(self, program):
        self.program = program
        self.stack = contextlib.ExitStack()
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="repcached-page-")))

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self.stack.close()

    def daemon(self, *options):
        daemon = Daemon(self.program, self.folder, *options)
        self.stack.callback(daemon.end)
        return daemon

    def pair(self, *options):
        ports = (free_port(), free_port())
        one = self.daemon("-X", f"{ports[0]}:{ports[1]}", *options)
        other = self.daemon("-x", "127.0.0.1", "-X", f"{ports[1]}:{ports[0]}", *options)
        for side in (one, other):
            until("ready", lambda: (side.get("/readyz") or "").startswith("ready\n"))
        return one, other

    def users(self):
        path = self.folder / "users"
        path.write_text("admin:secret\n")
        path.chmod(0o600)
        return str(path)

    def browser(self, **options):
        browser = Browser(**options)
        self.stack.callback(browser.end)
        return browser


def expect(condition, what):
    if not condition:
        raise BrowserError(what)


def leave(browser, selector):
    """Clicks what leads to another page, and waits until that is there."""
    browser.run("window.isLeft = true")
    browser.click(selector)
    until("another page", lambda: not browser.run("return window.isLeft === true"))


def find_item(browser, key):
    """Goes through the list until the key is there; returns how many pages that took."""
    pages = 1
    while key not in browser.all_told("td a.key"):
        expect(browser.find_all("a[rel=next]"), f"{key!r} is not in the list")
        leave(browser, "a[rel=next]")
        pages += 1
    return pages


def shows(browser, *words):
    for word in words:
        until(f"{word!r} on {browser.url}", lambda: word in browser.text)


# The tests


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


def test_login_and_actions(site, browser):
    one, other = site.pair("-Y", site.users())
    browser.open(one.page + "/items")
    expect(browser.url.endswith("/login"), browser.url)
    expect(not browser.find_all("nav"), "a menu before the login")
    log_in(browser, "wrong")
    shows(browser, "User or password is wrong.")
    log_in(browser, "secret")
    until("the pair", lambda: browser.find_all("#sides"))
    set_and_delete(browser, one, other)
    view_values(browser, one)
    use_console(browser, one)
    sample_keys(browser, one)
    browser.open(one.page + "/items")
    browser.follow("Flush everything")
    browser.type("input[name=word]", "flush")
    browser.click("button.danger")
    until("an empty cache", lambda: "nothing" in key_state(browser, one, "json"))
    until("an empty peer", lambda: other.ask(b"get json\r\n", b"END\r\n", "admin secret") == b"END\r\n")
    browser.click("form[action='/logout'] button")
    until("the login", lambda: browser.url.endswith("/login"))
    browser.open(one.page + "/console")
    expect(browser.url.endswith("/login"), "still in")
    return one, other


def log_in(browser, password):
    browser.type("input[name=user]", "admin")
    browser.type("input[name=password]", password)
    browser.click("main button")


def key_state(browser, one, key):
    browser.open(f"{one.page}/key?key={key}")
    return browser.told("main table")


def set_and_delete(browser, one, other):
    browser.open(f"{one.page}/key?key=made")
    browser.type("textarea[name=value]", "by the page <b>")
    browser.type("form[action='/key/set'] input[name=flags]", "9")
    browser.click("form[action='/key/set'] button")
    expect("by the page" not in browser.text, "done without the confirmation")
    browser.click("form[action='/key/set'] input[name=sure]")
    browser.click("form[action='/key/set'] button")
    shows(browser, "by the page <b>", "Both sides hold the same.")
    until("the peer's copy", lambda: b"by the page <b>" in other.ask(b"get made\r\n", b"END\r\n", "admin secret"))
    browser.type("form[action='/key/touch'] input[name=seconds]", "500")
    browser.click("form[action='/key/touch'] input[name=sure]")
    browser.click("form[action='/key/touch'] button")
    shows(browser, "8 min")
    browser.follow("Delete")
    shows(browser, "Delete this key on both sides?")
    browser.click("button.danger")
    until("nothing under the key", lambda: "an item" not in key_state(browser, one, "made"))


def view_values(browser, one):
    import zlib
    one.store("json", JSON, "admin secret")
    one.store("php", PHP, "admin secret")
    one.store("zlib", zlib.compress(b"compressed " * 50), "admin secret")
    one.store("bytes", bytes(range(256)), "admin secret")
    for key, told in (("json", '"roles": ['), ("php", '"name" => "cart"'), ("zlib", "compressed compressed"),
                      ("bytes", "000010  10 11 12")):
        browser.open(f"{one.page}/key?key={key}")
        shows(browser, told)
    browser.follow("Text")
    shows(browser, "It is not of that form")


def use_console(browser, one):
    browser.open(one.page + "/console")
    for command, told in (("set con 0 0 2\nhi", "STORED"), ("get con", "VALUE con 0 2"), ("stats settings", "maxbytes")):
        browser.type("#command", command)
        browser.click("#ask button")
        shows(browser, told)
    browser.press("#command", "\ue013\ue013")
    past = browser.run("return document.getElementById('command').value")
    expect(past == "get con", f"arrow up twice gives {past!r}")


def sample_keys(browser, one):
    browser.open(one.page + "/top")
    browser.click("form[action='/top'] button")
    for _ in range(20):
        one.ask(b"get json\r\n", b"END\r\n", "admin secret")
    until("the hot key", lambda: "json" in browser.told("#hot"))


class Haystack(threading.Thread):
    """A daemon with a million keys and one more, filled while other tests go on."""

    def __init__(self, site):
        super().__init__(daemon=True)
        self.one = site.daemon("-X", "0", "-m", "256")
        self.start()

    def run(self):
        with socket.create_connection(("127.0.0.1", self.one.port), 120) as client:
            for start in range(0, 1_000_000, 20_000):
                client.sendall(b"".join(b"set n%d 0 0 1 noreply\r\nv\r\n" % n for n in range(start, start + 20_000)))
            client.sendall(b"set needle 0 0 1\r\nv\r\n")
            while b"STORED" not in client.recv(1000):
                pass


def test_million_keys(browser, haystack):
    haystack.join(120)
    one = haystack.one
    expect(" curr_items 1000001" in one.ask(b"stats\r\n", b"END\r\n").decode(), "not a million keys")
    browser.open(one.page + "/items?pattern=*eedl*")
    print(f"  found among 1,000,001 keys in {find_item(browser, 'needle')} steps")
    expect(one.get("/healthz") == "ok\n", "monitors are not answered")


def test_one_side_dead(site, browser, one, other):
    one.end()
    browser.open(other.page + "/")
    shows(browser, "No link to 127.0.0.1:", "What to do:", "There is no peer at the moment.")
    for path in SCREENS:
        browser.open(other.page + path)
        expect(browser.find_all("main h1"), f"no heading on {path}")


# Pictures


def take_pictures(site):
    PICTURES.mkdir(exist_ok=True)
    one, other = site.pair("-o", "repl_wait=100")
    writers = load(one, other)
    browser = site.browser(width=1100, height=1150)
    time.sleep(20)
    for name, path in (("pair", "/"), ("statistics", "/statistics?minutes=5"), ("slabs", "/slabs"), ("items", "/items")):
        browser.open(one.page + path)
        browser.picture(PICTURES / f"{name}.png")
    browser.end()
    phone = site.browser(width=390, height=844, dark=True, language="ja")
    phone.resize(390, 844)
    phone.open(other.page + "/?lang=ja")
    phone.picture(PICTURES / "telephone.png")
    phone.end()
    for writer in writers:
        writer.kill()
        writer.wait()


def load(one, other):
    """Clients of both sides that write and read."""
    program = (
        "import socket,random,sys,time\n"
        "c=socket.create_connection(('127.0.0.1',int(sys.argv[1])))\n"
        "while True:\n"
        "  k=random.randrange(3000)\n"
        "  c.sendall(b'get session:%d\\r\\nset session:%d 0 600 %d\\r\\n%s\\r\\n'%(k,k//2,n,b'v'*n) "
        "if (n:=random.randrange(20,2000)) else b'')\n"
        "  c.recv(65536); time.sleep(0.002)\n")
    return [subprocess.Popen([sys.executable, "-c", program, str(side.port)], stderr=subprocess.DEVNULL) for side in (one, other)]


def main(program, *options):
    begin = time.monotonic()
    with Site(program) as site:
        if "--screenshots" in options:
            return take_pictures(site)
        haystack = Haystack(site)
        browser = site.browser()
        one, other = site.pair()
        steps = [
            ("every screen, with labels", lambda: test_every_screen(site, browser, one, other)),
            ("both sides, live, and their digests", lambda: test_both_sides_live(site, browser, one, other)),
            ("a hostile key", lambda: test_hostile_key(site, browser, one, other)),
            ("search", lambda: test_search(site, browser, one, other)),
            ("without a script", lambda: test_without_script(site, one, other)),
            ("languages, dark, telephone", lambda: test_languages_and_telephone(site, one, other)),
            ("login, values, actions, console, hot keys", lambda: test_login_and_actions(site, browser)),
            ("a million keys", lambda: test_million_keys(browser, haystack)),
            ("one side dead", lambda: test_one_side_dead(site, browser, one, other)),
        ]
        for name, step in steps:
            started = time.monotonic()
            try:
                step()
                faults = browser.errors()
                expect(not faults, f"the browser says: {faults}")
            except BrowserError as error:
                print(f"page: {name}: {error}\n{browser.text[:2000]}", file=sys.stderr)
                sys.exit(1)
            print(f"page: {name}: {time.monotonic() - started:.1f} s")
    print(f"page: {len(steps)} of {len(steps)} in {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
