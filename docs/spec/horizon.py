"""What a side has forgotten before it had settled: which keys, and up to which stamp.

A tombstone that finds no room is pushed out. Its key goes into a filter, and the horizon is the greatest stamp of all that
was pushed out. A state that comes later, at or below the horizon, of a key that is in the filter and not held, may be older
than what was forgotten: it is refused. A filter of hashes takes some keys for others (`mistaken`), but is steady: it answers
the same until it is cleared. When it is full, `bare` is the greatest stamp pushed out since: a horizon for every key.
"""


class Horizon:
    def __init__(self, world, places):
        self.world, self.places = world, places
        self.clear()

    def clear(self):
        self.top = self.bare = 0
        self.keys, self.mistaken = set(), set()

    def __bool__(self): return self.top > 0

    def push_out(self, key, touched):
        world = self.world
        self.top = max(self.top, touched)
        if world.rule("filter") and len(self.keys | {key}) <= world.filter:
            self.keys.add(key)
            self.mistaken |= {k for k in self.places if world.random.random() < world.mistakes}
        else:
            self.bare = max(self.bare, touched)

    def cover_all(self, stamp):
        """Every key counts as forgotten up to the stamp: this side has met another node, or one that has rebooted."""
        self.top, self.bare = max(self.top, stamp), max(self.bare, stamp)

    def covers(self, key, age):
        if age > self.top: return False
        steady = self.world.rule("steady filter")
        mistaken = key in self.mistaken if steady else self.keys and self.world.mistakes_now(key)
        return age <= self.bare or key in self.keys or bool(mistaken)

    def stamps(self): return {self.top, self.bare}

    def restamp(self, new): self.top, self.bare = new[self.top], new[self.bare]
