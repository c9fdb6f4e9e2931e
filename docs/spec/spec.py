#!/usr/bin/env python3
"""Tries the rules of the pair: `make spec`.

With all rules on no scene and no run of any mode may go wrong. Then each rule is switched off: its scenes must go wrong, and
a line tells which, and how many random runs did, of the modes that are likely to show it.

    spec.py [SEEDS]              so many runs of each mode with all rules, and of each rule's modes without it
    spec.py --quick              the scenes, and one run of each mode
    spec.py --mode MODE [SEEDS [FIRST]]    one mode with all rules, from one seed on
    spec.py --without RULE [SEEDS]         one rule switched off, mode by mode
"""
import sys

from modes import MODES, SHOWN_IN
from rules import GAINS, RULES
from runs import Count
from scenes import SCENES, play

SEEDS = 25


def try_all_rules(seeds):
    """The lines of what went wrong with all rules on."""
    faults = []
    for mode in MODES:
        count = Count(seeds, None, [mode])
        if count.wrong: faults.append(f"{count.wrong} of {count.runs} runs go wrong: {count.example}")
        print(f"all rules, {mode}: {count.wrong} of {count.runs} runs wrong, {count.price} refused for nothing", flush=True)
    for scene in SCENES:
        if why := play(scene): faults.append(f"the scene of '{scene.rule}' ({scene.tells}) goes wrong: {why}")
    print(f"all rules, scenes: {len(SCENES)}")
    return faults


def try_without(rule, seeds):
    """What is missing: nothing goes wrong without the rule."""
    scenes = [scene for scene in SCENES if scene.rule == rule]
    results = [play(scene, rule) for scene in scenes]
    count = Count(seeds, rule, SHOWN_IN.get(rule, []))
    line = f"without '{rule}': " + "; ".join(f"scene: {why}" if why else "scene passes" for why in results)
    if count.wrong: line += f"; {count.wrong} of {count.runs} runs wrong, such as {count.example}"
    elif count.runs: line += f"; 0 of {count.runs} runs wrong"
    if rule in GAINS and count.runs:
        all_on = Count(seeds, None, SHOWN_IN[rule])
        line += f"; refused for nothing {count.price} instead of {all_on.price}, copied {count.copied} instead of {all_on.copied}"
    print(line, flush=True)
    if not all(results): return [f"a scene of '{rule}' passes without it"]
    if not results and not count.wrong: return [f"nothing goes wrong without '{rule}'"]
    return []


def show_modes(off, modes, seeds=SEEDS, first=0):
    for mode in modes:
        count = Count(seeds, off, [mode], first)
        print(f"{mode}: {count.wrong} of {count.runs} runs wrong, {count.price} refused for nothing, {count.copied} copied, "
              f"{count.example}", flush=True)


def main(arguments):
    match arguments:
        case ["--mode", mode, *rest]: return show_modes(None, [mode], *map(int, rest))
        case ["--without", rule, *rest]: return show_modes(rule, MODES, *map(int, rest))
        case ["--quick"]: quick, seeds = True, 1
        case _: quick, seeds = False, int(arguments[0]) if arguments else SEEDS
    faults = try_all_rules(seeds)
    for rule in [*RULES, *GAINS]: faults += try_without(rule, 0 if quick else seeds)
    for fault in faults: print(f"spec: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__": sys.exit(main(sys.argv[1:]))
