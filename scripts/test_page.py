"""The page of `-o http=` in headless Chromium, in front of real pairs.

    test_page.py PROGRAM [--screenshots]

Each screen, each action, one side dead, a hostile key name, a million keys; without a script, on a telephone, in the dark, in each
language. What the browser tells of a violated policy, or of an error of the script, is a fault of its own.
"""
import sys
import time

from page import login, pair, pictures, reading
from page.site import Haystack, Site, expect
from page.webdriver import BrowserError


def steps(site, haystack):
    browser = site.browser()
    one, other = site.pair()
    return browser, [
        ("every screen, with labels", lambda: reading.test_every_screen(site, browser, one, other)),
        ("both sides, live, and their digests", lambda: pair.test_both_sides_live(site, browser, one, other)),
        ("a hostile key", lambda: reading.test_hostile_key(site, browser, one, other)),
        ("search", lambda: reading.test_search(site, browser, one, other)),
        ("slabs, items, a key", lambda: reading.test_slabs_to_value(site, browser, one, other)),
        ("statistics", lambda: reading.test_statistics(site, browser, one, other)),
        ("connections, live", lambda: reading.test_connections(site, browser, one, other)),
        ("commands of the last second, live", lambda: reading.test_top_commands(site, browser, one, other)),
        ("without a script", lambda: reading.test_without_script(site, one, other)),
        ("languages, dark, telephone", lambda: reading.test_languages_and_telephone(site, one, other)),
        ("login, values, actions, console, hot keys", lambda: login.test_login_and_actions(site, browser)),
        ("a million keys", lambda: reading.test_million_keys(browser, haystack)),
        ("a copy's progress", lambda: pair.test_copy_progress(site, browser, haystack)),
        ("secrets that differ", lambda: pair.test_secrets_differ(site, browser)),
        ("one side dead", lambda: pair.test_one_side_dead(site, browser, one, other)),
    ]


def attempt(name, step, browser):
    started = time.monotonic()
    try:
        step()
        faults = browser.errors()
        expect(not faults, f"the browser says: {faults}")
    except BrowserError as error:
        print(f"page: {name}: {error}\n{browser.text[:2000]}", file=sys.stderr)
        sys.exit(1)
    print(f"page: {name}: {time.monotonic() - started:.1f} s")


def main(program, *options):
    begin = time.monotonic()
    with Site(program) as site:
        if "--screenshots" in options:
            return pictures.take_pictures(site)
        browser, all_steps = steps(site, Haystack(site))
        for name, step in all_steps:
            attempt(name, step, browser)
    print(f"page: {len(all_steps)} of {len(all_steps)} in {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
