"""The store of a side: writes of clients, evictions, flushes, and tombstones until they have settled.

What has settled needs no tombstone: the peer had it when it took the fence of its last mark, and everything that it sent
before that fence has arrived. So nothing older can come any more.
"""
from state import FLOOR, NONE, State, all_three, rank


class Store:
    def order(self, state): return rank(state) if self.rule("order") else (state.touched,) + rank(state)[3:]

    def is_live(self, state):
        return state.is_value and (state.fresh if self.rule("floor by fresh") else state.touched) > self.floor

    def live(self): return {key: state for key, state in self.store.items() if self.is_live(state)}

    def put(self, key, state):
        self.store[key] = state
        seen = self.seen.get(key, NONE)
        if state.is_value and rank(state) < rank(seen): self.world.blame(f"{key} goes back from {seen[:]} to {state[:]}")
        self.seen[key] = max(seen, state, key=rank)

    # What clients do.
    def write(self, key, value, ring, derive=None):
        """A set; a delete if the value is None; a change or touch of what is there if derive says so."""
        base = self.store.get(key, NONE)
        if derive and not self.is_live(base): return
        stamp = self.stamp()
        if derive == "touch": state = base._replace(touched=stamp)
        elif derive: state = State(base.fresh, stamp, stamp, value)
        else: state = all_three(stamp, value)
        self.put(key, state)
        self.tell(key, state, ring)
        self.make_room()

    def tell(self, key, state, ring):
        if self.peer and self.streaming: self.rings[ring].append((key, state))

    def flush(self):
        self.floor = self.stamp()
        self.tell(FLOOR, all_three(self.floor), 0)

    def evict(self, key):
        state = self.store.get(key, NONE)
        if not state.is_value: return
        del self.store[key]
        if not self.met: return self.seen.pop(key)  # who never had a peer since its boot leaves none, and owes none
        if state.touched <= (self.settled if self.rule("evicted by settled") else self.acked):
            self.forgot = max(self.forgot, state.touched)
        elif self.rule("evicted leaves tombstone"):
            if self.world.random.random() < self.world.bare: return self.evict_without_tombstone(key, state)
            self.store[key] = (state if self.rule("evicted keeps its three") else all_three(state.fresh)).tombstone()
            self.make_room()

    def evict_without_tombstone(self, key, state):
        self.horizon.push_out(key, state.touched)
        copy = self.copy
        if copy and state.touched <= copy.mark and self.places.index(key) >= copy.at: self.loss = True

    # Tombstones.
    def make_room(self):
        tombstones = sorted((state.touched, key) for key, state in self.store.items() if not state.is_value)
        if self.copy: tombstones = [t for t in tombstones if t[0] > self.copy.mark]
        while len(tombstones) > self.world.room:
            key = tombstones.pop(0)[1]
            self.horizon.push_out(key, self.store.pop(key).touched)

    def may_have_forgotten(self, key, state):
        if key in self.store: return False
        return self.horizon.covers(key, state.fresh if self.rule("refused by fresh") else state.touched)

    def settle(self):
        """After every frame: what the peer's marks have passed is forgotten, tombstones first, then the horizon."""
        if not self.rule("fence"): self.settled = min(self.acked, self.had[1])
        for key in [k for k, state in self.store.items() if not state.is_value and state.touched <= self.settled]:
            self.forgot = max(self.forgot, self.store.pop(key).touched)
        confirmed = self.refused == self.refused_confirmed or not self.rule("refusals confirmed")
        awaited = self.await_copy and self.rule("copy awaited")
        passed = self.settled >= self.horizon.top or not self.rule("settled horizon")
        if confirmed and passed and not awaited: self.horizon.clear()
