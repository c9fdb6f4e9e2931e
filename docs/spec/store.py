"""The store of a side: writes of clients, evictions, and tombstones until they have settled.

What has settled needs no tombstone: the peer had it when it took the fence of its last mark, and everything that it sent
before that fence has arrived. So nothing older can come any more.

What the peer is known to have had needs none either, settled or not: the peer holds nothing older, so there is nothing to be
refused there and made a tombstone. An older state can only be on its way. Until it has settled, one that comes finds no room:
it is kept at its sender. That is remembered in cells, by hash: the greatest state and the last stamp of what was evicted: keys that share a
cell share its fate, and lose nothing by it, for what is not held here is held there.
"""
from state import NONE, State, all_three, node_of, rank


class Store:
    def order(self, state): return rank(state) if self.rule("order") else (state.touched,) + rank(state)[3:]

    def is_live(self, key, state):
        if not state.is_value or self.is_expired(key): return False
        return (state.fresh if self.rule("floor by fresh") else state.touched) > self.floor

    def live(self): return {key: state for key, state in self.store.items() if self.is_live(key, state)}

    def put(self, key, state, life=None):
        self.store[key] = state
        self.lives.pop(key, None)
        if life and state.is_value: self.lives[key] = life
        seen = self.seen.get(key, NONE)
        if state.is_value and rank(state) < rank(seen): self.world.blame(f"{key} goes back from {seen[:]} to {state[:]}")
        self.seen[key] = max(seen, state, key=rank)

    # What clients do.
    def write(self, key, value, ring, derive=None, ttl=None):
        """A set; a delete if the value is None; a change or touch of what is there if derive says so."""
        base, life = self.store.get(key, NONE), self.life_of(ttl) if ttl else None
        if derive and not self.is_live(key, base): return
        if derive == "change": life = self.lives.get(key)
        stamp = self.stamp()
        if derive == "touch": state = base._replace(touched=stamp)
        elif derive: state = State(base.fresh, stamp, stamp, value)
        else: state = all_three(stamp, value)
        self.put(key, state, life)
        self.tell(key, state, ring)
        self.make_room()

    def add(self, key, value, ring):
        """A set, if there is none."""
        if self.is_live(key, self.store.get(key, NONE)): return
        knew = self.seen.get(key, NONE)
        self.write(key, value, ring)
        self.world.adds[key, self.seen[key].fresh] = knew

    def tell(self, key, state, ring):
        if self.peer and self.streaming: self.rings[ring].append((key, state, self.lives.get(key)))

    def evict(self, key):
        state = self.store.get(key, NONE)
        if not state.is_value: return
        del self.store[key]
        self.lives.pop(key, None)
        if not self.met: return self.seen.pop(key)  # who never had a peer since its boot leaves none, and owes none
        self.forget_evicted(key, state)

    def forget_evicted(self, key, state):
        if state.touched <= (self.settled if self.rule("evicted by settled") else self.acked):
            self.horizon.note_settled({key}, state.touched)
        elif self.peer_has_had(state) and self.rule("kept at the peer"):
            self.note_unheld(key, state)
        elif self.rule("evicted leaves tombstone"):
            if self.world.random.random() < self.world.bare: return self.evict_without_tombstone(key, state)
            self.store[key] = (state if self.rule("evicted keeps its three") else all_three(state.fresh)).tombstone()
            self.make_room()

    def evict_without_tombstone(self, key, state):
        self.horizon.push_out(key, state.touched)
        copy = self.copy
        if copy and state.touched <= copy.mark and self.places.index(key) >= copy.at: self.loss = True

    # What the peer has had.
    def peer_has_had(self, state):
        """It has acknowledged it, or sent it: under its name, no other stamps have come since it was first met."""
        is_foreign, since = node_of(state.touched) != self.node, self.met_at if self.rule("sent under this name") else 0
        return state.touched <= self.acked or is_foreign and state.touched > since

    def note_unheld(self, key, state):
        self.horizon.note_settled({key}, state.touched)
        cell = self.world.cell(key)
        greatest, touched = self.unheld.get(cell, (NONE[:3], 0))
        self.unheld[cell] = (max(greatest, state[:3]), max(touched, state.touched))

    def is_unheld(self, key, state):
        """A newer state of the key may have been evicted, and this one been on its way."""
        greatest, touched = self.unheld.get(self.world.cell(key), (NONE[:3], 0))
        return key not in self.store and touched > self.settled and state[:3] < greatest and self.rule("evicted is remembered")

    # Tombstones.
    def values_beyond(self, count):
        """The values of the smaller side, if they are more than that."""
        values = [key for key, state in self.store.items() if state.is_value] if self.world.holds and self.node == 1 else []
        return values if len(values) > count else []

    def victim_for(self, key, state):
        """What would be evicted for a value of the peer's."""
        if not state.is_value or self.store.get(key, NONE).is_value: return None
        values = self.values_beyond(self.world.holds - 1) if self.world.holds else []
        return self.world.random.choice(values) if values else None

    def make_room(self):
        """The smaller side evicts what is beyond its memory; both push out tombstones that have no room."""
        if values := self.world.holds and self.values_beyond(self.world.holds):
            return self.evict(self.world.random.choice(values)) or self.make_room()
        tombstones = sorted((state.touched, key) for key, state in self.store.items() if not state.is_value)
        if self.copy: tombstones = [t for t in tombstones if t[0] > self.copy.mark]
        while len(tombstones) > self.world.room:
            key = tombstones.pop(0)[1]
            touched = self.store.pop(key).touched
            if touched <= self.settled: self.horizon.note_settled({key}, touched)
            else: self.horizon.push_out(key, touched)

    def is_kept(self, state):
        """The last peer may not have had it, and be back: then nothing else must be refused for its key."""
        return state.touched <= self.kept

    def may_have_forgotten(self, key, state):
        """The generations of the horizon that are a reason to refuse the state."""
        if key in self.store: return []
        return self.horizon.covering(key, state.fresh if self.rule("refused by fresh") else state.touched)

    def settle(self):
        """After every frame: what the peer's marks have passed is forgotten, tombstones first, then the horizon."""
        if not self.rule("fence"): self.settled = min(self.acked, self.had[1])
        settled = [key for key, state in self.store.items() if not state.is_value and state.touched <= self.settled]
        for key in [key for key in settled if not self.is_kept(self.store[key])]:
            self.horizon.note_settled({key}, self.store.pop(key).touched)
        if not self.await_copy or not self.rule("copy awaited"): self.horizon.settle(self.settled, self.refused_confirmed)
