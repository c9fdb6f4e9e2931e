"""Rare schedules, told step by step: each passes with all rules on and goes wrong with its rule off.

A word is a side, a step, and perhaps `:` and a number: `Aset:1` sets k1 on A (without a number k0). Steps: set, incr, touch,
del, evict, lose (evict without a tombstone), flush; join (A and B; C joins A), cut, crash, skew (of the wall clock); give (the
stream up), s (a record of the stream, of that ring: 0 sets, 1 deletes, 2 changes), m (mark), a (acknowledge), c (the copy to
its end), walk (one place of it); r (receive one), all (receive all), full (receive one that finds no room).
Time moves on by one at each word. At the end the world finishes as a random run does.
"""
from dataclasses import dataclass, field


from world import World


@dataclass
class Scene:
    rule: str
    tells: str
    script: str
    room: int = 1000
    keys: int = 1
    options: dict = field(default_factory=dict)
    price: int | None = None     # states refused for nothing, at most
    refusals: int | None = None  # refusals on one link, at most
    copied: int | None = None    # records that copies sent, at most
    unsteady: tuple = ()         # what a filter that is not steady answers


LINKED = "Aset Ajoin Ac Ball Bc Aall Am Aa Ball Bm Ba Aall "  # both hold k0, all is settled

SCENES = [
    Scene("order", "A sets k0; B, unaware, changes the old one a moment later",
          LINKED + "Aset Bincr As Ball Bs Aall"),
    Scene("floor by fresh", "B flushes, A unaware touches k0: it dies on both",
          LINKED + "Bflush Atouch As Ball Bs Aall"),
    Scene("fence", "A deletes k0. B, unaware, changes it, publishes a mark, changes it again, takes the delete and acknowledges: "
          "the second change is still in its ring",
          LINKED + "Adel Bincr Bs Bm Bincr As Am Aall Ball Ba Aall Bs Aall"),
    Scene("fenced refusals", "k0 is deleted and pushed out on A. B's copy offers it, B publishes a mark, changes k0, receives the "
          "refusal and acknowledges it; then the change arrives",
          LINKED + "Acut Adel Ajoin Ball Ac Ball Bc Bm Bincr Aall Ball Ba Aall Bs Aall", room=0),
    Scene("refusals confirmed", "the same, with B's mark alone: it has the delete, but its change is on the way",
          LINKED + "Acut Adel Ajoin Ball Ac Ball Bc Bm Bincr Aall Bs Aall", room=0),
    Scene("steady filter", "the filter takes k1 for k0. B's k1 crosses twice, by copy and by stream: refused once, B keeps a "
          "tombstone; taken the second time, the two differ for good",
          LINKED + "Acut Bset:1 Adel Ajoin Ac Ball Bincr:1 Bc Bs Aall Ball",
          room=0, keys=2, options={"mistakes": 1}, unsteady=(True, False)),
    Scene("refused by fresh", "apart, A deletes k0 and pushes it out; then B changes it",
          LINKED + "Acut Adel Bincr Ajoin", room=0),
    Scene("tombstone by fresh", "k0 is deleted and pushed out on A; B changes it faster than the refusals come back",
          LINKED + "Acut Adel Ajoin Ac Ball Bc Bincr Bs Bincr Bs Aall " + "Br Bincr Bs Aall " * 8, room=0, refusals=3),
    Scene("drained mark", "B's mark passes a change in its ring; A forgets its delete by that mark",
          LINKED + "Bincr Adel As Am Ball Bm Aall Bs Aall"),
    Scene("drained copy", "B copies again while an old change waits in its ring; A forgets its delete at the copy's end",
          LINKED + "Bincr Adel As Am Ball Agive Ball Bc Aall Bs Aall", room=0),
    Scene("refusal", "apart, A deletes k0 and pushes it out",
          LINKED + "Acut Adel Ajoin", room=0),
    Scene("no late tombstone", "B deletes and sets k0, then A deletes it and pushes it out. B's delete comes first and is kept for "
          "A's copy; B's set is newer than that",
          LINKED + "Bdel Bset Adel Agive Bs:1 Aall Bs:0 Aall", room=0),
    Scene("refused leaves tombstone", "A's old change of k0 is in its ring; A evicts B's newer k0 and refuses B's change of it: "
          "the old change lands on B",
          LINKED + "Aincr Bset Bs Aall Aevict Bincr Bs Aall Ball As Ball", room=0),
    Scene("settled horizon", "k0 is deleted and pushed out on A; B has yet to send a change of it",
          LINKED + "Adel Ba Aall Bincr Bs Aall", room=0),
    Scene("copy awaited", "k0 is deleted and pushed out on A, the stream that tells it given up. The link is cut when B has A's "
          "copy, and A not yet B's: what B had at the join settles the horizon before B's copy tells k0",
          LINKED + "Adel Agive Ac Ball Acut Ajoin Ba Bc Aall", room=0),
    Scene("copy from zero", "k0 is deleted and pushed out on A while the two are apart",
          LINKED + "Acut Adel Ajoin", room=0),
    Scene("asked copy", "A's copy could not tell k0, evicted without a tombstone, so A asks for a copy from zero; a copy that B "
          "began before ends first",
          LINKED + "Acut Aset Ajoin Ball Alose Ac Br Br Br Bgive Bc Aall Ball Bc Aall"),
    Scene("loss asked", "k0 is evicted without a tombstone before A's copy has told it: B holds an older one",
          LINKED + "Acut Aset Ajoin Alose"),
    Scene("evicted leaves tombstone", "A sets k0 and evicts it while an older change is in B's ring",
          LINKED + "Bincr Aset Aevict Bs Aall"),
    Scene("evicted keeps its three", "the same, where A changes it",
          LINKED + "Bincr Aincr Aevict Bs Aall"),
    Scene("evicted by settled", "B changes k0, its ring is slow; A sets it, B takes that and acknowledges, A evicts it: the old "
          "change lands",
          LINKED + "Bincr Aset As Am Ball Ba Aall Aevict Bs Aall"),
    Scene("roomless is evicted", "a change arrives without room before the set that it was derived from",
          LINKED + "Aset Aincr As:2 Bfull As Ball"),
    Scene("epoch", "C gives A an older k1 than B's mark of A: A's next copy must tell it to B",
          "Cset:1 " + LINKED + "Acut Cjoin Cc Aall Ccut Ajoin", keys=2, options={"third": True}),
    Scene("other node", "A and B have deleted and forgotten k0; C comes with an old one",
          "Cset " + LINKED + "Adel As Am Ball Bm Aall Am Ball Acut Cjoin Cc Aall", options={"third": True}),
    Scene("receiver's cursor", "A's whole copy is on the way when the link is cut",
          "Aset Aset:1 Ajoin Awalk Awalk Acut Ajoin", keys=2),
    Scene("walked places", "what B has been copied changes while the link is cut",
          "Aset Aset:1 Ajoin Awalk Awalk Ball Acut Aset Aset:1 Ajoin", keys=2),
    Scene("from zero is not resumed", "B's copy has told k0 but not ended; apart, A deletes k0 and pushes it out",
          LINKED + "Acut Ajoin Ball Bwalk Aall Acut Adel Ajoin", room=0),
    Scene("kept", "B has no room for what A's client waits for",
          LINKED + "Aset As Bfull Ba Aall"),
    Scene("tolerance", "A's clock is far ahead for a moment, while it is written",
          LINKED + "Askew:100000 Aset As Ball"),
    Scene("restamp", "the same while the two are apart",
          LINKED + "Acut Askew:100000 Aset"),
    Scene("filter", "apart, A deletes k1 and pushes it out; B's k0 is not refused for it",
          LINKED + "Aevict Acut Adel:1 Ajoin", room=0, keys=2, price=0),
    Scene("rebooted alone", "B, a little behind, has rebooted and written k1: that is not refused",
          LINKED + "Adel As Am Ball Bm Aall Acut Bcrash Bskew:-50 Bset:1 Ajoin", keys=2, price=0),
    Scene("resume", "A's copy is cut after two of three places",
          "Aset Aset:1 Aset:2 Ajoin Awalk Awalk Ball Acut Ajoin", keys=3, copied=5),
]


def act(world, word):
    side, (what, _, number) = world.sides["ABC".index(word[0])], word[1:].partition(":")
    key = f"k{number or 0}"
    world.time += 1
    if what == "set": side.write(key, world.time, 0)
    elif what == "del": side.write(key, None, 1)
    elif what in ("incr", "touch"): side.write(key, world.time, 2, "change" if what == "incr" else what)
    elif what == "evict": side.evict(key)
    elif what == "lose": side.evict_without_tombstone(key, side.store.pop(key))
    elif what == "flush": side.flush()
    elif what == "crash":
        world.cut(side)
        side.start()
    elif what == "skew": world.skew[side.node] = int(number)
    elif what == "cut": world.cut(side)
    elif what == "join": world.join(side, world.sides[not side.node])
    else: carry(world, side, what, number)


def carry(world, side, what, number):
    rings = side.rings[int(number):][:1] if number else side.rings
    ring = next((ring for ring in rings if ring), None)
    if what == "s" and ring: side.send_record(ring)
    elif what == "m": side.publish()
    elif what == "a": side.send_ack()
    elif what == "give": side.give_up_stream()
    elif what == "walk": side.copy_step()
    elif what == "r": side.receive()
    elif what == "full":
        world.roomless = 1
        side.receive()
        world.roomless = 0
    while what == "c" and side.copy: side.copy_step()
    while what == "all" and side.inbox: side.receive()


class StagedWorld(World):
    def __init__(self, scene, off):
        options = {"mistakes": 0, **scene.options}
        super().__init__(0, off, keys=scene.keys, room=scene.room, **options)
        self.skew, self.unsteady = [0, 0, 0], list(scene.unsteady)
        self.lacks = any(step in scene.script for step in ("evict", "lose", "full"))

    def mistakes_now(self, key): return self.unsteady.pop(0) if self.unsteady and key == "k1" else False


def play(scene, off=None):
    """What went wrong in the scene, or None."""
    world = StagedWorld(scene, off)
    for word in scene.script.split(): act(world, word)
    refusals = max(side.refused for side in world.sides)
    why = world.finish()
    if why: return why
    if scene.price is not None and world.price > scene.price: return f"{world.price} states refused for nothing"
    if scene.refusals is not None and refusals > scene.refusals: return f"{refusals} refusals"
    if scene.copied is not None and world.copied > scene.copied: return f"{world.copied} records copied"
    return None
