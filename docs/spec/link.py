"""What the link thread of a side sends and does with what it receives.

Frames, in the order of one stream: `record` (a state, and whether it belongs to the stream or to a copy), `mark`, `ack`,
`walked` and `copied` (progress and end of a copy), `from zero` (a request for one), `refused`, `roomless` and `overtaken` (answers).

A mark is (M, H, R): M is the fence, below which all that was written here has been sent; H is what this side had of the
other's, and R how many refusals it had processed, both when the fence was taken.
"""
from state import FLOOR, NONE, node_of, rank


class Copy:
    """A walk of the store that sends what the peer may lack."""

    def __init__(self, side, above, resume):
        self.above, self.at = above, 0
        self.resume = resume  # (places, mark): these places were walked before, and have all up to the mark
        self.mark, self.had, self.seen, self.answers = side.fence(), side.had[1], side.refused_seen, side.asked


class Sending:
    def behind(self, mark): return [ring for ring in self.rings if ring and ring[0][1].touched <= mark]

    def begin_copy(self, above, resume=(0, 0)):
        self.copy = Copy(self, min(above, self.copy.above) if self.copy else above, resume)
        self.gate, self.streaming = None, True

    def ask(self):
        self.await_copy = True
        self.asks += 1
        self.peer.inbox.append(("from zero", self.asks))

    def give_up_stream(self):
        self.rings, self.waiting, self.gate = [[], [], []], [], None
        if self.copy: self.streaming = False  # it goes on to its end
        else: self.copy_again(self.acked)

    def copy_again(self, above):
        self.begin_copy(above)
        if self.horizon and self.rule("copy from zero"): self.ask()

    def send(self):
        pick = self.world.random
        if self.copy and pick.random() < .5: return self.copy_step()
        waiting = [ring for ring in self.rings if ring]
        if waiting and pick.random() < self.ring_pace: return self.send_record(pick.choice(waiting))
        self.publish()
        self.send_ack()

    def send_ack(self): self.peer.inbox.append(("ack", self.had[1], self.refused_seen, self.got))

    def publish(self):
        if self.copy: return
        self.gate = self.gate or (self.fence(), self.had[1], self.refused_seen)
        if not self.behind(self.gate[0]) or not self.rule("drained mark"):
            self.peer.inbox.append(("mark", *self.as_fenced(*self.gate)))
            self.gate = None

    def as_fenced(self, mark, had, seen):
        """What a mark says, as it was when its fence was taken."""
        if not self.rule("had at the fence"): had = self.had[1]
        if not self.rule("refusals at the fence"): seen = self.refused_seen
        return mark, had, seen

    def send_record(self, ring):
        key, state, life = ring.pop(0)
        self.sent += 1
        self.waiting.append((self.sent, key, state))
        self.send_state(key, state, life, True)

    def send_state(self, key, state, life, in_stream):
        if key == FLOOR: state, moment = self.flush_state(), self.flush_wire()
        else: moment = self.to_wire(life, "what remains")
        self.peer.inbox.append(("record", key, state, in_stream, moment))

    def copy_step(self):
        copy = self.copy
        if copy.at < len(self.places): return self.walk(copy)
        behind = self.behind(copy.mark)
        if behind and self.rule("drained copy"): return self.send_record(self.world.random.choice(behind))
        self.copy, lost, self.loss = None, self.loss, False
        self.send_state(FLOOR, None, None, False)
        self.peer.inbox.append(("copied", *self.as_fenced(copy.mark, copy.had, copy.seen), copy.answers))
        if not self.streaming: self.copy_again(copy.mark)
        if lost and self.rule("loss asked"): self.ask()

    def walk(self, copy):
        key, (places, mark) = self.places[copy.at], copy.resume
        state = self.store.get(key, NONE)
        above = copy.above if copy.at >= places else mark
        if state.touched > above and (copy.at >= places or self.rule("walked places")):
            self.send_state(key, state, self.lives.get(key), False)
            self.world.copied += 1
        copy.at += 1
        self.peer.inbox.append(("walked", copy.at, copy.mark))
        if copy.at >= self.walked[1]: self.walked = (self.peer.name(), copy.at, copy.mark)


class Receiving:
    def receive(self):
        if not self.inbox: return
        kind, *frame = self.inbox.pop(0)
        stamp = frame[1].touched if kind == "record" else frame[0] if kind in ("mark", "copied") else 0
        if not self.believes(stamp): return self.world.cut(self)
        self.advance(stamp)
        getattr(self, "receive_" + kind.replace(" ", "_"))(*frame)
        self.settle()

    def receive_record(self, key, state, in_stream, moment):
        self.got += in_stream
        if key == FLOOR: self.take_flush(state, moment)
        else: self.take(key, state, self.from_wire(moment, "what remains"))

    def receive_mark(self, mark, had, seen):
        self.had = (self.peer.name(), max(self.had[1], mark))
        self.settled = max(self.settled, had)
        if self.rule("fenced refusals"): self.refused_confirmed = max(self.refused_confirmed, seen)

    def receive_copied(self, mark, had, seen, answers):
        self.receive_mark(mark, had, seen)
        self.progress = (None, 0, 0)
        if answers == self.asks or not self.await_copy or not self.rule("asked copy"): self.await_copy = False

    def receive_walked(self, at, mark):
        name, places, _ = self.progress
        if name != self.peer.name() or at >= places: self.progress = (self.peer.name(), at, mark)

    def receive_ack(self, had, seen, got):
        self.acked = max(self.acked, had)
        if not self.rule("fenced refusals"): self.refused_confirmed = seen
        self.acknowledge(got)

    def receive_from_zero(self, number):
        self.asked = number
        self.begin_copy(0) if self.streaming else self.copy_again(0)

    def receive_roomless(self, key, state):
        if self.rule("kept"): self.waiting = [w for w in self.waiting if w[1:] != (key, state)]

    def receive_overtaken(self, key, state): self.note_overtaken(key, state)

    def note_overtaken(self, key, state):
        """An add of this stamp was not done. A client that asked for nothing is told the same as ever, and so not modelled."""
        if self.rule("overtaken"): self.overtaken.add((key, state.fresh))

    def receive_refused(self, key, state):
        self.receive_roomless(key, state)
        self.refused_seen += 1
        mine = self.store.get(key, NONE)
        is_same = mine.fresh == state.fresh if self.rule("tombstone by fresh") else mine == state
        if not mine.is_value or not is_same: return
        self.world.price += rank(mine) == rank(self.world.best(key))
        del self.store[key]
        self.lives.pop(key, None)
        if self.rule("refused leaves tombstone"):
            self.store[key] = mine.tombstone()
            self.make_room()

    def take(self, key, state, life):
        """A state of the peer's is stored, refused, finds no room, or is older than what is here."""
        if reasons := self.may_have_forgotten(key, state):
            if state.is_value and self.rule("refusal"):
                self.peer.inbox.append(("refused", key, state))
                self.refused += 1
                for generation in reasons: generation.refusal = self.refused
                return
            if not state.is_value and self.rule("no late tombstone"): return
        is_newer = self.order(state) > self.order(self.store.get(key, NONE))
        if not is_newer: self.tell_overtaken(key, state)
        elif self.is_unaware(key, state): self.note_overtaken(key, self.store[key])
        if not is_newer and not self.lives_longer(key, state, life): return
        has_room = not state.is_value or self.world.random.random() >= self.world.roomless
        victim = self.victim_for(key, state)
        if victim and self.store[victim].touched > state.touched and self.rule("older yields"): has_room = False
        if not has_room or self.is_unheld(key, state): return self.take_without_room(key, state)
        if victim: self.evict(victim)
        self.put(key, state, life)
        self.make_room()

    def is_unaware(self, key, state):
        """What is held was freshly written here and is not sent yet, so the peer has written without knowing of it."""
        fresh = self.store.get(key, NONE).fresh
        is_unsent = any(k == key and s.fresh == fresh for ring in self.rings for k, s, _ in ring)
        return is_unsent and fresh != state.fresh and node_of(fresh) == self.node != node_of(state.fresh)

    def tell_overtaken(self, key, state):
        """What is held was written here, by a client that could not know of what comes only now."""
        held = self.store[key]
        decisive = held.fresh if held.fresh != state.fresh else held.changed
        is_own = node_of(decisive) == self.node != node_of(state.changed)
        if state.is_value and is_own and held[:2] != state[:2] and self.rule("overtaken"):
            self.peer.inbox.append(("overtaken", key, state))

    def take_without_room(self, key, state):
        """It goes as if it were stored and evicted at once; what is older and held goes with it."""
        if state.is_value: self.peer.inbox.append(("roomless", key, state))
        if not self.rule("roomless is evicted"): return
        self.store.pop(key, None)
        self.lives.pop(key, None)
        self.note_unheld(key, state)

    def acknowledge(self, got):
        """Answers the clients that wait for what the peer has; to the oracle: it must really have it."""
        for _, key, state in [w for w in self.waiting if w[0] <= got]:
            peer = self.peer
            if (key, state.fresh) not in self.overtaken: self.world.note_added(key, state)
            had = peer.store.get(key, state)  # of a delete: nothing older is there
            if state.is_value: had = max(peer.seen.get(key, NONE), peer.store.get(key, NONE), key=rank)
            if rank(self.seen.get(key, NONE)) > rank(state): continue  # superseded here
            if state.fresh > peer.floor and key != FLOOR and rank(had) < rank(state):
                self.world.blame(f"{key} {state[:]} acknowledged but not kept")
        self.waiting = [w for w in self.waiting if w[0] > got]
