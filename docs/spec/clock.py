"""Stamps and clocks of a side.

A stamp is one more than the greatest seen, or the wall clock where that is ahead. Nobody moves another's clock beyond the
tolerance: who sends a stamp that lies further ahead is cut off. A side whose own clock was wrong heals by itself.
"""
from state import TOLERANCE, State, clock_of, fence_of, stamp_of


class Clock:
    def wall(self): return self.world.time + self.world.skew[self.node]
    def fence(self): return fence_of(self.clock)
    def believes(self, stamp): return clock_of(stamp) <= self.wall() + TOLERANCE or not self.rule("tolerance")

    def stamp(self):
        self.clock = max(self.clock + 1, self.wall())
        return stamp_of(self.clock, self.node)

    def restamp(self):
        """By the maintenance thread, in a second or so. Only what no peer can have taken gets new stamps: a peer takes
        what is within its tolerance, and its clock is within mine. What lies below is left to time: at most a tolerance
        until a link is possible again."""
        limit = stamp_of(self.wall() + 2 * TOLERANCE, 0)
        if stamp_of(self.clock, 0) <= limit or not self.rule("restamp"): return
        if self.peer: self.world.cut(self)
        if self.node: self.world.fault = f"{self.node}'s clock was moved by another"
        old = self.stamps_held()
        self.clock = max([self.wall()] + [clock_of(s) for s in old if s <= limit])
        new = {s: s if s <= limit else self.stamp() for s in old}
        for table in (self.store, self.seen):
            for key, state in table.items(): table[key] = State(*(new[s] for s in state[:3]), state.value)
        self.floor, self.forgot = new[self.floor], new[self.forgot]
        self.horizon.restamp(new)
        self.epoch += 1
        self.had, self.acked, self.settled, self.progress = (None, 0), 0, min(self.settled, limit), (None, 0, 0)

    def stamps_held(self):
        states = list(self.store.values()) + list(self.seen.values())
        return sorted({s for state in states for s in state[:3]} | {self.floor, self.forgot} | self.horizon.stamps())
