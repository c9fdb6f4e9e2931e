"""What asks for a login: values, changes, the console, hot keys."""
import zlib

from page.site import LOGIN, expect, shows
from page.webdriver import until

PHP = 'a:2:{s:4:"name";s:4:"cart";s:5:"count";i:3;}'
JSON = '{"user":7,"roles":["reader","writer"]}'


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
    until("an empty peer", lambda: other.ask(b"get json\r\n", b"END\r\n", LOGIN) == b"END\r\n")
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
    until("the peer's copy", lambda: b"by the page <b>" in other.ask(b"get made\r\n", b"END\r\n", LOGIN))
    browser.type("form[action='/key/touch'] input[name=seconds]", "500")
    browser.click("form[action='/key/touch'] input[name=sure]")
    browser.click("form[action='/key/touch'] button")
    shows(browser, "8 min")
    browser.follow("Delete")
    shows(browser, "Delete this key on both sides?")
    browser.click("button.danger")
    until("nothing under the key", lambda: "an item" not in key_state(browser, one, "made"))


def view_values(browser, one):
    one.store("json", JSON, LOGIN)
    one.store("php", PHP, LOGIN)
    one.store("zlib", zlib.compress(b"compressed " * 50), LOGIN)
    one.store("bytes", bytes(range(256)), LOGIN)
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
    shows(browser, "Sampling is under way.")

    def is_hot():
        one.ask(b"get json\r\n" * 20 + b"mn\r\n", b"MN\r\n", LOGIN)
        return "json" in browser.told("#hot")

    until("the hot key", is_hot)
