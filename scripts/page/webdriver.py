"""As much of WebDriver (W3C) as the tests of the page need: a headless Chromium by chromedriver, over HTTP with json."""
import base64
import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class BrowserError(Exception):
    pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, condition, seconds=20):
    """Waits for a condition, and says which one it was that did not come."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise BrowserError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


class Browser:
    """One window. `script=False`: without JavaScript."""

    def __init__(self, script=True, dark=False, width=1100, height=900, language="en"):
        self.port = free_port()
        self.profile = tempfile.TemporaryDirectory(prefix="repcached-chromium-")
        self.driver = subprocess.Popen(
            ["chromedriver", f"--port={self.port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self.profile.name})
        arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-proxy-server",
                     "--disable-background-networking", "--force-device-scale-factor=1", "--hide-scrollbars",
                     f"--user-data-dir={self.profile.name}", f"--window-size={width},{height}", f"--lang={language}"]
        if dark:
            arguments.append("--force-dark-mode")
        preferences = {"intl.accept_languages": language}
        if not script:
            preferences["profile.managed_default_content_settings.javascript"] = 2
        wanted = {"browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"},
                  "goog:chromeOptions": {"args": arguments, "prefs": preferences}}
        try:
            until("chromedriver", self.is_ready)
            answer = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}}, session=False)
            self.session = answer["sessionId"]
            if dark:
                self.command("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
        except BaseException:
            self.end()
            raise

    def is_ready(self):
        try:
            return self.call("GET", "/status", session=False)["ready"]
        except (OSError, BrowserError):
            return False

    def call(self, method, path, body=None, session=True):
        where = f"http://127.0.0.1:{self.port}" + (f"/session/{self.session}" if session else "") + path
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(where, data, {"Content-Type": "application/json"}, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            told = json.load(error)["value"]
            raise BrowserError(f"{method} {path}: {told.get('error')}: {told.get('message', '')[:300]}") from None

    def command(self, name, parameters):
        """Of the DevTools protocol."""
        return self.call("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def open(self, url):
        self.call("POST", "/url", {"url": url})

    @property
    def url(self):
        return self.call("GET", "/url")

    @property
    def source(self):
        return self.call("GET", "/source")

    @property
    def text(self):
        return self.told("body")

    def told(self, selector):
        """The text of the first; the page may put another in its place at any moment."""
        return self.run("const e = document.querySelector(arguments[0]); return e ? e.innerText : ''", selector)

    def all_told(self, selector):
        return self.run("return Array.from(document.querySelectorAll(arguments[0])).map(e => e.innerText)", selector)

    def find(self, selector):
        return self.call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def find_all(self, selector):
        return [found[ELEMENT] for found in self.call("POST", "/elements", {"using": "css selector", "value": selector})]

    def click(self, selector):
        self.call("POST", f"/element/{self.find(selector)}/click", {})

    def follow(self, words):
        """A link by its words."""
        found = self.call("POST", "/element", {"using": "link text", "value": words})[ELEMENT]
        self.call("POST", f"/element/{found}/click", {})

    def type(self, selector, text):
        element = self.find(selector)
        self.call("POST", f"/element/{element}/clear", {})
        self.call("POST", f"/element/{element}/value", {"text": text})

    def press(self, selector, text):
        self.call("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def resize(self, width, height):
        self.command("Emulation.setDeviceMetricsOverride",
                     {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})

    def picture(self, path):
        path.write_bytes(base64.b64decode(self.call("GET", "/screenshot")))

    def errors(self):
        """What the page did that it must not: violations of its policy, errors of its script. A refusal is an answer."""
        entries = self.call("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries
                if entry["level"] == "SEVERE" and "the server responded with a status of 4" not in entry["message"]]

    def end(self):
        if hasattr(self, "session"):
            try:
                self.call("DELETE", "")
            except (OSError, BrowserError):
                pass
        self.driver.terminate()
        self.driver.wait()
        self.profile.cleanup()
