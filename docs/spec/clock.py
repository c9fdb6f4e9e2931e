"""Stamps and clocks of a side.

A stamp is one more than the greatest seen, or the wall clock where that is ahead. Nobody moves another's clock beyond the
tolerance: who sends a stamp that lies further ahead is cut off.

So a side whose wall clock was wrong for a while, and whose stamps lie ahead since, is not believed by a peer whose clock was
right. It gives new stamps, in their order, to what lies above the peer's clock: the peer has never held a stamp above its own
clock, so no state gets two stamps, and the marks that were exchanged stay true.

Where both were ahead together, and hold the same states with stamps that lie ahead, no stamp changes. Both say in the hello
that their stamps lie ahead, and for this link each believes what its own clock allows. A clock that was right cannot be led
there: what it has taken is within the tolerance.
"""
from state import TOLERANCE, State, clock_of, fence_of, rank, stamp_of


class Clock:
    def wall(self): return self.world.time + self.world.skew[self.node]
    def fence(self): return fence_of(self.clock)
    def is_ahead(self): return self.clock > self.wall() + 2 * TOLERANCE
    def believed(self): return self.wall() + self.ahead + TOLERANCE
    def believes(self, stamp): return clock_of(stamp) <= self.believed() or not self.rule("tolerance")

    def stamp(self):
        self.clock = max(self.clock + 1, self.wall())
        return stamp_of(self.clock, self.node)

    def advance(self, stamp):
        self.clock = max(self.clock, clock_of(stamp))
        if self.is_ahead() and self.node not in self.world.astray: self.world.blame(f"another moved {self.node}'s clock")

    def agree(self, peer):
        """At the hello, before the link: new stamps, or a common idea of how far ahead stamps may lie."""
        ends, above_peer = ((self, peer), (peer, self)), self.rule("restamp above the peer")
        self.note_ahead(peer)
        for me, other in ends:
            if other.believes(me.fence()) or me.wall() > other.wall() + TOLERANCE or not self.rule("restamp"): continue
            orders = [rank(me.store[key]) > rank(state) for key, state in other.store.items() if key in me.store]
            me.restamp(other.fence() if above_peer else stamp_of(me.wall() + 2 * TOLERANCE, 0))
            if orders != [rank(me.store[key]) > rank(state) for key, state in other.store.items() if key in me.store]:
                self.world.blame(f"new stamps of {me.node} turned an order round")
        self.note_ahead(peer)
        return self.believes(peer.fence()) and peer.believes(self.fence())

    def note_ahead(self, peer):
        together = self.is_ahead() and peer.is_ahead() and self.rule("ahead together")
        for me in (self, peer): me.ahead = me.clock - me.wall() if together else 0

    def restamp(self, above):
        old = self.stamps_held()
        self.clock = max([self.wall(), clock_of(above)] + [clock_of(s) for s in old if s <= above])
        new = {s: s if s <= above else self.stamp() for s in old}
        for table in (self.store, self.seen):
            for key, state in table.items(): table[key] = State(*(new[s] for s in state[:3]), state.value)
        self.floor, self.ordered = new[self.floor], new[self.ordered]
        self.horizon.restamp(new)

    def stamps_held(self):
        states = list(self.store.values()) + list(self.seen.values())
        return sorted({s for state in states for s in state[:3]} | {self.floor, self.ordered} | self.horizon.stamps())
