"""See check-metrics: alerts and dashboard of deploy/, judged by promtool, and by what a running pair tells.

    rules ──┬─ promtool check, promtool test                       each alert is tried, with the fault and without
            ├─ series, labels and their values ──▶ /metrics         no name that nobody tells
            └─ runbook ──▶ a heading of docs/operations.md          and no heading without its alert
    dashboard ─ expressions ──▶ promtool, /metrics; places of panels
"""
import itertools
import json
import pathlib
import re
import subprocess
import tempfile

import yaml

ROOT = pathlib.Path(__file__).parent.parent
PROMETHEUS = ROOT / "deploy/prometheus"
RULES = PROMETHEUS / "repcached-alerts.yml"
RULE_TESTS = PROMETHEUS / "repcached-alerts-test.yml"
DASHBOARD = ROOT / "deploy/grafana/repcached.json"
# Whom Prometheus asks tells these not: it adds them.
PROMETHEUS_LABELS = {"job", "instance", "pair", "alertname", "alertstate"}
PROMETHEUS_SERIES = {"up", "ALERTS"}
WORDS = {"and", "or", "unless", "offset", "bool"}
STRING = r'"(?:[^"\\]|\\.)*"'
# A name, its matchers, and what makes it a function's.
SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)\s*(\{(?:[^\"}]|" + STRING + r")*\})?(\s*\()?")
LABEL_LISTS = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")


def check_all(told):
    """told: of each series its name and labels, as the two sides of a running pair tell them."""
    rules = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
    promtool("check", "config", PROMETHEUS / "prometheus.yml")
    promtool("test", "rules", RULE_TESTS)
    alerts = [rule for rule in rules if "alert" in rule]
    recorded = {rule["record"] for rule in rules if "record" in rule}
    for rule in rules:
        check_names(rule["expr"], told, recorded)
    check_tests({alert["alert"] for alert in alerts})
    check_runbooks(alerts)
    panels = check_dashboard(told, recorded)
    print(f"alerts: {len(alerts)}, tried and with a runbook each; dashboard: {panels} panels")


def promtool(*arguments):
    result = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True)
    check(result.returncode == 0, f"promtool {arguments[0]} {arguments[1]}: {result.stdout}{result.stderr}")


# Names


def check_names(expression, told, recorded):
    for name, matchers in selectors(expression):
        if name in PROMETHEUS_SERIES or name in recorded:
            continue
        found = [labels for other, labels in told if other == name]
        check(found, f"nobody tells {name}: {expression}")
        wanted = [matcher for matcher in matchers if matcher[0] not in PROMETHEUS_LABELS]
        check(any(all(fits(dict(labels), *matcher) for matcher in wanted) for labels in found),
              f"no series of {name} has {wanted}: {expression}")


def selectors(expression):
    """Of each series that an expression names: its name, and its matchers as (label, operator, value)."""
    text = re.sub(r"\[[^\]]*\]", " ", LABEL_LISTS.sub(" ", expression))
    for name, matchers, call in SELECTOR.findall(text):
        if not call and name not in WORDS:
            yield name, re.findall(r'(\w+)\s*(=~|!=|!~|=)\s*"((?:[^"\\]|\\.)*)"', matchers)


def fits(labels, name, operator, value):
    has = labels.get(name, "")
    return {"=": has == value, "!=": has != value, "=~": bool(re.fullmatch(value, has)),
            "!~": not re.fullmatch(value, has)}[operator]


# Alerts


def check_tests(names):
    """Each alert fires in one case, and in another for fewer."""
    counts = {}
    for test in yaml.safe_load(RULE_TESTS.read_text())["tests"]:
        for case in test.get("alert_rule_test", []):
            counts.setdefault(case["alertname"], set()).add(len(case["exp_alerts"]))
    for name in names:
        check(max(counts.get(name, {0})) > 0, f"no test in which {name} fires")
        check(len(counts[name]) > 1, f"no test in which {name} does not fire")


def check_runbooks(alerts):
    headings = {}
    for alert in alerts:
        notes = alert["annotations"]
        check({"summary", "description", "runbook"} == notes.keys(), f"annotations of {alert['alert']}")
        check(alert["labels"]["severity"] in ("warning", "critical"), f"severity of {alert['alert']}")
        path, anchor = notes["runbook"].split("#")
        if path not in headings:
            headings[path] = re.findall(r"^#+ (.*)$", (ROOT / path).read_text(), re.MULTILINE)
        check(anchor in map(slug, headings[path]), f"{path} has no heading {anchor}, for {alert['alert']}")
    known = {alert["alert"] for alert in alerts}
    told = {heading for heading in itertools.chain(*headings.values()) if re.fullmatch(r"Repcached[A-Z]\w+", heading)}
    check(told == known, f"headings and alerts differ: {told ^ known}")


def slug(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


# Dashboard


def check_dashboard(told, recorded):
    dashboard = json.loads(DASHBOARD.read_text())
    panels = dashboard["panels"]
    targets = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    targets += [note["expr"] for note in dashboard["annotations"]["list"]]
    lists = [variable["definition"] for variable in dashboard["templating"]["list"] if variable["type"] == "query"]
    targets += [re.fullmatch(r"label_values\((.*), \w+\)", text)[1] for text in lists]
    for expression in targets:
        check_names(expression, told, recorded)
    check_syntax(targets)
    check(len({panel["id"] for panel in panels}) == len(panels), "two panels have one id")
    for one, other in itertools.combinations(panels, 2):
        check(not overlap(one["gridPos"], other["gridPos"]), f"{one['title']} lies over {other['title']}")
    return sum(panel["type"] != "row" for panel in panels)


def check_syntax(expressions):
    """As rules, for promtool 2.42 checks no expression by itself. What Grafana fills in stands there filled."""
    filled = [re.sub(r"\$__rate_interval", "1m", expression) for expression in expressions]
    rules = [{"record": f"expression{number}", "expr": expression} for number, expression in enumerate(filled)]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
        file.flush()
        promtool("check", "rules", file.name)


def overlap(one, other):
    return all(one[start] < other[start] + other[size] and other[start] < one[start] + one[size]
               for start, size in (("x", "w"), ("y", "h")))


def check(holds, complaint):
    if not holds:
        raise AssertionError(complaint)
