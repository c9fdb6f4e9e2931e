"""What a side has forgotten: which keys, and up to which stamp.

A tombstone that finds no room is pushed out before it has settled. Its key goes into a filter, and the horizon is the
greatest stamp of all that was pushed out. A state that comes later, at or below the horizon, of a key that is in the filter
and not held, may be older than what was forgotten: it is refused. A filter of hashes takes some keys for others (`mistaken`),
but is steady: it answers the same until it is cleared. When it is full, `bare` is the greatest stamp pushed out since: a
horizon for every key.

There are two generations, so that a horizon falls also while more is pushed out all the time: one that is half full
becomes the older, takes in no more, and falls when it has settled.

What was forgotten because it had settled matters again when another node comes. It has filters of its own, by the names with
which it had settled: whoever comes back under such a name has met nobody since, and holds nothing older.
"""


class Keys:
    """Stamps up to `top` of the keys in the filter, and up to `bare` of every key."""

    def __init__(self):
        self.top = self.bare = 0
        self.keys, self.mistaken = set(), set()

    def stamps(self): return {self.top, self.bare}
    def restamp(self, new): self.top, self.bare = new[self.top], new[self.bare]


class Generation(Keys):
    def __init__(self):
        super().__init__()
        self.refusal = 0  # the number of the last refusal on this link that it was a reason for


class Horizon:
    def __init__(self, world, places):
        self.world, self.places = world, places
        self.older, self.younger = Generation(), Generation()
        self.settled = Keys()
        self.partner, self.settled_with = None, {}  # the name of the peer; key -> the names with which it has settled
        self.raised = set()                         # keys that count for what had settled with others

    def __bool__(self): return self.older.top > 0 or self.younger.top > 0
    def generations(self): return (self.older, self.younger)
    def stamps(self): return self.older.stamps() | self.younger.stamps() | self.settled.stamps()

    def restamp(self, new):
        for part in (self.older, self.younger, self.settled): part.restamp(new)

    def unlink(self):
        """Numbers of refusals are a link's."""
        for generation in self.generations(): generation.refusal = 0

    # Forgotten before it had settled.
    def push_out(self, key, touched):
        self.raised.discard(key)
        self.younger.top = max(self.younger.top, touched)
        self.add({key}, touched)

    def add(self, keys, stamp):
        world, younger = self.world, self.younger
        if world.rule("filter") and len(self.older.keys) + len(younger.keys | keys) <= world.filter:
            younger.keys |= keys
            younger.mistaken |= {k for k in self.places if world.random.random() < world.mistakes}
        else:
            younger.bare = max(younger.bare, stamp)

    def covering(self, key, age): return [g for g in self.generations() if self.covers(g, key, age)]

    def covers(self, generation, key, age):
        if age > generation.top: return False
        steady = self.world.rule("steady filter")
        mistaken = key in generation.mistaken if steady else generation.keys and self.world.mistakes_now(key)
        return age <= generation.bare or key in generation.keys or bool(mistaken)

    def settle(self, settled, confirmed):
        """Falls as far as the peer's marks have passed it and its refusals are confirmed."""
        rule = self.world.rule
        is_full = self.younger.bare or 2 * len(self.younger.keys) >= self.world.filter
        if is_full and not self.older.top and rule("two generations"): self.older, self.younger = self.younger, self.older

        def has_settled(generation):
            is_confirmed = confirmed >= generation.refusal or not rule("refusals confirmed")
            has_passed = settled >= generation.top or not rule("settled horizon")
            return generation.top and is_confirmed and has_passed

        if has_settled(self.older): self.older = self.forget_settled(self.older)
        if has_settled(self.younger): self.younger = self.forget_settled(self.younger)

    # Forgotten because it had settled.
    def forget_settled(self, generation):
        if self.world.rule("pushed out is forgotten"):
            self.settled.bare = max(self.settled.bare, generation.bare)
            self.note_settled(generation.keys, generation.top)
        return Generation()

    def note_settled(self, keys, touched):
        settled, world = self.settled, self.world
        settled.top = max(settled.top, touched)
        if not world.rule("settled filter") or len(settled.keys | keys) > world.filter:
            settled.bare = max(settled.bare, touched)
            return
        settled.keys |= keys
        for key in keys:
            before = self.settled_with.get(key, set()) if key in self.raised else set()
            self.settled_with[key] = before | {self.partner} if world.rule("settled with partner") else set()
        self.raised -= keys

    def meet(self, partner): self.partner = partner

    def raise_to_settled(self):
        """This side meets another node: what had settled with the old one may be held by the new one."""
        younger, settled = self.younger, self.settled
        self.raised = {key for key in settled.keys if self.partner not in self.settled_with[key]}
        younger.bare = max(younger.bare, settled.bare)
        younger.top = max(younger.top, settled.bare, settled.top if self.raised else 0)
        if self.raised: self.add(set(self.raised), settled.top)
