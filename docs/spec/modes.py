"""What random runs are made of: how often each step is taken, and in how small a world."""

WEIGHTS = {
    "set": 9, "change": 4, "touch": 3, "delete": 8,
    "cut": 1, "give up": .7, "join": 3, "send": 34, "receive": 36,
}

# Besides weights: keys, steps; room, tombstones that fit; filter, keys that fit; mistakes, how often the filter takes a key
# for another; bare, evictions that leave no tombstone; roomless, values that find no room; third, a third node.
MODES = {
    "plain": {},
    "evict": {"evict": 4},
    "flush": {"flush": 1.5},
    "crash": {"crash": .4},
    "few keys": {"keys": 2, "steps": 900},
    "counter": {"keys": 1, "change": 25, "touch": 5, "delete": 6, "set": 6, "cut": .3, "steps": 600},
    "counter evict": {"keys": 1, "change": 25, "touch": 5, "delete": 2, "set": 6, "evict": 8, "cut": .3, "steps": 600},
    "counter tight": {"keys": 1, "room": 0, "change": 25, "touch": 5, "delete": 4, "set": 4, "cut": 2, "steps": 600},
    "derived": {"keys": 3, "change": 12, "touch": 9, "steps": 600},
    "derived evict": {"keys": 3, "change": 8, "touch": 8, "evict": 6, "steps": 600},
    "derived tight": {"keys": 4, "change": 8, "touch": 8, "room": 1, "steps": 900},
    "overflow": {"room": 2},
    "tight": {"room": 1, "keys": 3, "steps": 900},
    "small filter": {"room": 1, "filter": 1, "steps": 900},
    "tight evict": {"room": 1, "evict": 6, "keys": 4, "steps": 900},
    "tight evict flush": {"room": 1, "evict": 3, "flush": 1},
    "no tombstone": {"room": 1, "evict": 8, "bare": .7, "keys": 10},
    "copy loss": {"bare": .3, "evict": 6, "cut": 2, "keys": 16},
    "copy loss slow": {"bare": .3, "evict": 10, "cut": 2, "keys": 16, "delete": 1, "steps": 600},
    "tight asks": {"room": 1, "keys": 4, "steps": 900, "give up": 4},
    "tight crash": {"room": 1, "keys": 4, "steps": 900, "crash": .4},
    "long copies": {"keys": 30, "cut": 3},
    "long tight": {"keys": 20, "cut": 3, "room": 2, "steps": 600},
    "apart": {"keys": 40, "room": 3, "evict": 12, "set": 20, "delete": 2, "join": .7, "steps": 900, "filter": 60},
    "no room": {"roomless": .15, "room": 3, "keys": 4, "steps": 600},
    "all": {"room": 1, "keys": 4, "steps": 900, "evict": 3, "bare": .2, "flush": .5, "crash": .3, "roomless": .03, "cut": 1.5},
    "third": {"third": True, "keys": 10, "steps": 900},
    "third tight": {"third": True, "room": 1, "keys": 4, "steps": 900},
    "third evict": {"third": True, "evict": 4, "steps": 900},
    "third crash": {"third": True, "crash": .3, "evict": 2, "keys": 4, "steps": 900},
    "glitch": {"glitch": .5},
    "glitch tight": {"glitch": .5, "room": 1, "evict": 3, "keys": 4, "steps": 900},
}

# In which modes runs are tried without a rule: those that have shown it. What is not here, scenes alone show.
SHOWN_IN = {
    "order": ["few keys", "derived"],
}
