"""The pictures of docs/page."""
import pathlib
import time

from page.login import JSON, log_in
from page.site import LOGIN, load
from page.webdriver import until

FOLDER = pathlib.Path(__file__).resolve().parent.parent.parent / "docs" / "page"


SCREENS = [("pair", "/"), ("statistics", "/statistics?minutes=5"), ("slabs", "/slabs"), ("items", "/items"),
           ("connections", "/connections"), ("top", "/top"),
           ("where", "/where?rule=2&key=session%3A42&servers=10.0.0.1%3A11211%0A10.0.0.2%3A11211%0A10.0.0.3%3A11211")]


def take_pictures(site):
    FOLDER.mkdir(exist_ok=True)
    one, other = site.pair("-o", "repl_wait=100")
    writers = load(one, other)
    browser = site.browser(width=1100, height=1150)
    browser.open(one.page + "/top")
    time.sleep(20)
    for name, path in SCREENS:
        browser.open(one.page + path)
        if name == "top":
            until("commands", lambda: browser.find_all("#commands tbody tr"))
        browser.picture(FOLDER / f"{name}.png")
    take_with_login(site, browser)
    browser.end()
    phone = site.browser(width=390, height=844, dark=True, language="ja")
    phone.resize(390, 844)
    phone.open(other.page + "/?lang=ja")
    phone.picture(FOLDER / "telephone.png")
    phone.end()
    for writer in writers:
        writer.kill()
        writer.wait()


def take_with_login(site, browser):
    one, _ = site.pair("-Y", site.users())
    one.store("cart:7", JSON, LOGIN)
    browser.open(one.page + "/key?key=cart:7")
    log_in(browser, "secret")
    browser.open(one.page + "/key?key=cart:7")
    browser.picture(FOLDER / "key.png")
    browser.open(one.page + "/console")
    for command in ("get cart:7", "stats items"):
        browser.type("#command", command)
        browser.click("#ask button")
        time.sleep(1)
    browser.picture(FOLDER / "console.png")
