"""Times to live, and flushes that are to come.

Both are moments, and no two clocks agree on one. So what crosses is how much time remains, counted from the sending, and each
side waits in a time of its own that no step of the wall clock moves. What the wire takes is added: a moment comes at the peer
a little later, never sooner. A moment is no part of a state: neither its order nor the digest looks at it.

What has expired is evicted, with a tombstone where that is needed: something older may still be on the way.

A flush to come has a stamp of its own, that of its order. The later order takes the place of the earlier, also where it takes
one back. Both sides fire it, and who fires first tells the other: so it comes once. The floor is the stamp of the firing: above
all that there is, but not by the wall clock, or the side whose clock is ahead kills what the other has written since.
"""
from typing import NamedTuple

from state import FLOOR, State, rank, stamp_of


class Life(NamedTuple):
    deadline: int  # in this side's own time
    due: int       # the true moment, and how much later it may come here: for the oracle
    late: int


class Moments:
    def own_time(self): return self.world.time + 1000 * self.node if self.rule("time without steps") else self.wall()
    def life_of(self, ttl): return Life(self.own_time() + ttl, self.world.time + ttl, 0)
    def lateness(self, life): return life.deadline - self.own_time() + self.world.time - life.due
    def is_expired(self, key): return key in self.lives and self.lives[key].deadline <= self.own_time()

    def to_wire(self, life, rule):
        """Without the rule: a time of the sender's wall clock."""
        if life is None: return None
        remains = life.deadline - self.own_time()
        return (remains if self.rule(rule) else remains + self.wall(), self.world.time, life.due, life.late)

    def from_wire(self, wire, rule):
        if wire is None: return None
        remains, sent, due, late = wire
        if not self.rule(rule): remains -= self.wall()
        life = Life(self.own_time() + remains, due, late + self.world.time - sent)
        late = self.lateness(life)
        if not 0 <= late <= life.late: self.world.blame(f"{late} later than due on {self.node}")
        return life

    def lives_longer(self, key, state, life):
        """Without its rule: the same state with a later end counts as newer."""
        held = self.lives.get(key)
        if self.rule("order without expiry") or not held or not life: return False
        return rank(self.store[key]) == rank(state) and life.deadline > held.deadline

    def expire(self):
        for key in [key for key in self.lives if self.is_expired(key)]:
            if self.lateness(self.lives[key]) < 0: self.world.blame(f"{key} expired too soon on {self.node}")
            if self.rule("expired is evicted"): self.evict(key)
            else: del self.store[key], self.lives[key]

    def digest(self):
        ends = {} if self.rule("digest without expiry") else {key: life.deadline for key, life in self.lives.items()}
        return {(key, state, ends.get(key)) for key, state in self.live().items()}

    # Flushes.
    def flush(self):
        self.floor = self.ordered = self.stamp()
        self.to_come = None
        self.tell(FLOOR, self.flush_state(), 0)

    def flush_later(self, delay):
        self.ordered, self.to_come = self.stamp(), self.life_of(delay)
        self.tell(FLOOR, self.flush_state(), 0)

    def flushes(self): return self.floor, self.ordered, self.to_come is None
    def flush_state(self): return State(self.floor, self.floor, max(self.floor, self.ordered), None)
    def flush_wire(self): return (self.ordered, self.to_wire(self.to_come, "flush by what remains"))

    def fire(self):
        if not self.to_come or self.to_come.deadline > self.own_time(): return
        late, self.to_come = self.lateness(self.to_come), None
        if late < 0: self.world.blame(f"a flush came {-late} too soon on {self.node}")
        self.world.flush_late = max(self.world.flush_late, late)
        self.clock += 1
        self.floor = stamp_of(self.clock, self.node)
        self.tell(FLOOR, self.flush_state(), 0)

    def take_flush(self, state, wire):
        self.floor = max(self.floor, state.fresh)
        ordered, to_come = wire[0], self.from_wire(wire[1], "flush by what remains")
        if ordered < self.ordered or not self.rule("later flush replaces") and self.to_come: return
        if ordered == self.ordered and (to_come or not self.rule("flush comes once")): return
        self.ordered, self.to_come = ordered, to_come
