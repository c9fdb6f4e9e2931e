"""The world that the sides live in: time, links, which rule is switched off; and the oracle, which sees everything.

At the end of a run the link of A and B stays up until everything has settled. The two must hold the same; what is held
must be the greatest state that either has had since its boot; no side may ever have stored a value older than what it had
before; what was acknowledged must have been there; and no tombstone or horizon may be left.
"""
import random

from modes import WEIGHTS
from side import Side
from state import NONE, TOLERANCE, node_of, rank


class World:
    def __init__(self, seed, off=None, keys=6, steps=400, room=1000, bare=0, roomless=0, filter=1000, mistakes=.005,
                 third=False, together=False, ttl=False, cells=1000, holds=None, **weights):
        self.off, self.steps, self.room, self.bare, self.roomless = off, steps, room, bare, roomless
        self.filter, self.mistakes, self.third, self.together, self.ttl = filter, mistakes, third, together, ttl
        self.cells, self.holds = cells, holds
        self.random = random.Random(seed)
        self.weights = self.paced({**WEIGHTS, **weights})
        self.evicts, self.crashes = weights.get("evict"), weights.get("crash")
        self.keys = [f"k{i}" for i in range(keys)]
        self.time, self.price, self.copied, self.fault = 1000, 0, 0, None
        self.lost = 0                         # values that neither holds in the end, though nobody deleted them
        self.flush_late = 0                   # how late a flush came at most
        self.adds, self.added = {}, {}        # (key, fresh) -> what its writer knew; key -> states whose add was answered as done
        self.lacks = self.evicts or roomless or ttl or holds # one side may lack what the other has
        self.skew = [0, self.random.choice((0, 5, -5, 50)), self.random.choice((0, -10, -50, 20))]
        self.right_skew, self.astray = tuple(self.skew), set()  # clocks that were wrong
        self.sides = [Side(self, node) for node in range(3 if third else 2)]

    def paced(self, weights):
        """Some runs are calm, some are cut all the time; in some the link thread is slow."""
        pace, calm = self.random.choice((.2, .5, 1)), self.random.choice((.1, .3, 1, 2))
        self.burst = self.random.choice((1, 1, 4, 12))
        weights["receive"] *= self.random.choice((.6, .8, 1))
        for name in weights:
            faults, traffic = ("cut", "give up", "crash"), ("join", "send", "receive")
            weights[name] *= calm if name in faults else 1 if name in traffic else pace
        return weights

    def rule(self, name): return name != self.off
    def blame(self, fault): self.fault = self.fault or fault
    def best(self, key): return max((side.seen.get(key, NONE) for side in self.sides[:2]), key=rank)
    def note_added(self, key, state):
        """An add is answered as done: then it and any other of the key must not have been made unaware of each other."""
        knew = self.adds.get((key, state.fresh))
        if knew is None or state.fresh != state.changed: return
        for other, known in self.added.get(key, []):
            if rank(knew) < rank(other) and rank(known) < rank(state) and node_of(other.fresh) != node_of(state.fresh):
                self.blame(f"{key} was added twice: {state[:]} and {other[:]}")
        self.added.setdefault(key, []).append((state, knew))
    def glitch(self):
        """A wall clock jumps far ahead or comes back: A's, or either's by the same."""
        node, by = (self.random.randrange(2), 100_000) if self.together else (0, self.random.choice((100, 100_000)))
        right = self.right_skew[node]
        self.set_skew(node, right if self.skew[node] != right else right + by)
    def set_skew(self, node, skew):
        self.skew[node] = skew
        if skew > self.right_skew[node]: self.astray.add(node)
    def cell(self, key): return self.keys.index(key) % self.cells
    def mistakes_now(self, key): return self.random.random() < .02

    # Links.
    def cut(self, side):
        if side.peer: side.peer.unlink()
        side.unlink()

    def join(self, one, two):
        if one.peer or two.peer or not one.agree(two): return
        ends = ((one, two), (two, one))
        others = [me for me, peer in ends if self.meet(me, peer)]
        for me, peer in ends:
            me.horizon.meet(peer.name())
            if me in others: self.meet_other(me, peer)
            me.peer, me.partner, me.await_copy = peer, peer.name(), True
            if me.had[0] != peer.name(): me.had = (peer.name(), 0)
        for me, peer in ends: self.start_copy(me, peer)

    def meet(self, me, peer):
        """Whether the peer is another than the last."""
        fence, me.clock = me.fence(), max(me.clock, peer.clock)
        if me.partner != peer.name(): me.met_at = fence
        if me.partner is None or me.partner == peer.name(): return False
        if me.partner[:2] == peer.boot and not self.rule("other epoch"): return False
        if me.partner[0] != peer.node and self.rule("epoch"): me.epoch += 1
        me.left = fence
        return True

    def meet_other(self, me, peer):
        if self.rule("other node"): me.horizon.raise_to_settled()
        if not self.rule("kept for the absent"): me.kept = 0
        elif me.partner[0] != peer.node: me.kept = me.left  # else its name of before never comes back

    def start_copy(self, me, peer):
        me.met.add(peer.node)
        me.acked = me.settled = peer.had[1] if peer.had[0] == me.name() else 0
        from_zero = peer.horizon and self.rule("copy from zero")
        told = peer.progress
        if not self.rule("receiver's cursor"): told = (me.walked[0] == peer.name() and me.name(), *me.walked[1:])
        resume = told[1:] if told[0] == me.name() and self.rule("resume") else (0, 0)
        if from_zero and self.rule("from zero is not resumed"): resume = (0, 0)
        me.walked = (None, 0, 0)
        me.begin_copy(0 if from_zero else me.acked, resume)

    # The end of a run, and the verdict.
    def finish(self):
        """Clocks are right again, A and B are linked until everything has settled: what is wrong then, or None."""
        sides = self.sides[:2]
        self.skew, self.roomless = list(self.right_skew), 0
        self.time += 3 * TOLERANCE
        for side in self.sides:
            side.ring_pace = .8
        if sides[0].peer is not sides[1]:
            for side in sides: self.cut(side)
        for _ in range(60 * len(self.keys) + 2500):
            if not sides[0].peer: self.join(*sides)
            if not sides[0].peer: return self.fault or "A and B do not join"
            me = self.random.choice(sides)
            me.send()
            me.fire()
            for _ in range(3): me.peer and me.peer.receive()
        for me in sides:
            while me.inbox: me.receive()
        return self.fault or self.wrong()

    def wrong(self):
        for key in self.keys:
            if why := self.wrong_key(key): return why
        sides = self.sides[:2]
        a, b = sides
        if a.live() == b.live() and a.digest() != b.digest(): return "digests differ where all else is the same"
        if a.flushes() != b.flushes(): return f"flushes differ: {a.flushes()} and {b.flushes()}"
        left = sum(not state.is_value and not side.is_kept(state) for side in sides for state in side.store.values())
        if left or any(side.horizon for side in sides):
            return f"{left} tombstones, horizons of {[bool(side.horizon) for side in sides]} never settled"
        return None

    def wrong_key(self, key):
        best, floor = self.best(key), max(side.floor for side in self.sides[:2])
        a, b = (side.live().get(key) for side in self.sides[:2])
        self.lost += not a and not b and best.is_value and best.fresh > floor
        if a != b and not (self.lacks and (a is None or b is None)): return f"{key} differs: {a and a[:]} and {b and b[:]}"
        may_be_lost = self.lacks or self.crashes or self.third or self.room < 100
        for held in (a, b):
            if held and best.fresh <= floor: return f"{key} {held[:]} outlived the flush {floor}"
            if held and rank(held) != rank(best): return f"{key} is {held[:]} where {best[:]} was the last"
            if not held and best.is_value and best.fresh > floor and not may_be_lost: return f"{key} {best[:]} is lost"
        return None
