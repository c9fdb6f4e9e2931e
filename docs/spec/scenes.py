"""Rare schedules, told step by step: each passes with all rules on and goes wrong with its rule off.

A word is a side, a step, and perhaps `:` and a number: `Aset:1` sets k1 on A (without a number k0), `Aset+40` sets k0 to
live for 40. Steps of clients: set, incr, touch, del, evict, lose (evict without a tombstone), flush, later (a flush to come),
fire (it, if it is due), expire. Of the link: join (A with B, C with A; `Bjoin:C`), cut, crash, give (the stream up), s (send a
record of the stream; `s:1` of that ring: 0 sets, 1 deletes, 2 changes), m (mark), a (acknowledge), c (the copy to its end),
walk (one place of it), r (receive one frame), all (receive all), full (receive one that finds no room). Of clocks: skew (the
wall clock), wait. Time moves on by one at each word.

At the end the world finishes as a random run does.
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
    lost: int | None = None      # values that neither side holds in the end, at most
    late: int | None = None      # how much longer a value lives than it should, at most
    unsteady: tuple = ()         # what a filter that is not steady answers


LINKED = "Aset Ajoin Ac Ball Bc Aall Am Aa Ball Bm Ba Aall "  # both hold k0, all is settled

SCENES = [
    Scene("order", "A sets k0; B, unaware, changes the old one a moment later",
          LINKED + "Aset Bincr As Ball Bs Aall"),
    Scene("floor by fresh", "B flushes, A unaware touches k0: it dies on both",
          LINKED + "Bflush Atouch As Ball Bs Aall"),
    Scene("what remains", "B's clock is 50 ahead; k0 lives for 40",
          LINKED + "Bskew:50 Aset+40 As Ball"),
    Scene("time without steps", "k0 lives for 40; B's clock is set ahead by 50",
          LINKED + "Aset+40 As Ball Bskew:50 Bexpire"),
    Scene("expired is evicted", "k0 expires on A while an older change is in B's ring",
          LINKED + "Bincr Aset+1 Await Aexpire Bs Aall"),
    Scene("order without expiry", "k0 crosses again and again, and takes 20 each time",
          LINKED + "Aset+500 As Ball Acut " + "Ajoin Awalk Await:20 Br Acut Ajoin Bwalk Await:20 Ar Acut " * 3, late=9),
    Scene("digest without expiry", "k0 crosses, and lives a little longer on B",
          LINKED + "Aset+500 As Await:5 Ball"),
    Scene("flush by what remains", "B's clock is 50 ahead; A orders a flush in 40",
          LINKED + "Bskew:50 Alater:40 As Ball Bfire"),
    Scene("later flush replaces", "A orders a flush in 30, then, apart, takes it back by one in 1000",
          LINKED + "Alater:30 As Ball Acut Alater:1000 Ajoin Ac Ball Await:40 Bfire Bs Aall Bset Bs Aall"),
    Scene("flush comes once", "A's flush in 10 takes 30 to B, the firing right behind it; what is written then stays",
          LINKED + "Alater:10 As Await:10 Afire As Await:20 Ball Await:10 Bset Bs Aall Bfire Bs Aall", late=9),
    Scene("fence", "A deletes k0. B, unaware, changes it, publishes a mark, changes it again, takes the delete and acknowledges: "
          "the second change is still in its ring",
          LINKED + "Adel Bincr Bs Bm Bincr As Am Aall Ball Ba Aall Bs Aall"),
    Scene("fenced refusals", "k0 is deleted and pushed out on A. B's copy offers it, B publishes a mark, changes k0, receives "
          "the refusal and acknowledges it; then the change arrives",
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
    Scene("had at the fence", "a mark of B's waits for a change in its ring; meanwhile B changes k0 again and takes A's delete",
          LINKED + "Bincr Bm Bincr Adel As Am Ball Bs Bm Aall Bs Aall"),
    Scene("refusals at the fence", "a mark of B's waits for k1 in its ring; meanwhile B changes k0 and receives "
          "that it is refused",
          LINKED + "Acut Adel Ajoin Ball Ac Ball Bc Bset:1 Bm Bincr Aall Ball Bs:0 Bm Aall Bs Aall", room=0, keys=2),
    Scene("drained mark", "B's mark passes a change in its ring; A forgets its delete by that mark",
          LINKED + "Bincr Adel As Am Ball Bm Aall Bs Aall"),
    Scene("drained copy", "B copies again while an old change waits in its ring; A forgets its delete at the copy's end",
          LINKED + "Bincr Adel As Am Ball Agive Ball Bc Aall Bs Aall", room=0),
    Scene("refusal", "apart, A deletes k0 and pushes it out",
          LINKED + "Acut Adel Ajoin", room=0),
    Scene("no late tombstone", "B deletes and sets k0, then A deletes it and pushes it out. B's delete comes first and "
          "is kept for A's copy; B's set is newer than that",
          LINKED + "Bdel Bset Adel Agive Bs:1 Aall Bs:0 Aall", room=0),
    Scene("refused leaves tombstone", "A's old change of k0 is in its ring; A deletes B's newer k0 and refuses B's change of it: "
          "the old change lands on B",
          LINKED + "Aincr Bset Bs Aall Adel Bincr Bs Aall Ball As:2 Ball", room=0),
    Scene("settled horizon", "k0 is deleted and pushed out on A; B has yet to send a change of it",
          LINKED + "Adel Ba Aall Bincr Bs Aall", room=0),
    Scene("copy awaited", "k0 is deleted and pushed out on A, the stream that tells it given up. The link is cut when B has A's "
          "copy, and A not yet B's: what B had at the join settles the horizon before B's copy tells k0",
          LINKED + "Adel Agive Ac Ball Acut Ajoin Ba Bc Aall", room=0),
    Scene("copy from zero", "k0 is deleted and pushed out on A while the two are apart",
          LINKED + "Acut Adel Ajoin", room=0),
    Scene("copy from zero", "B has given its stream up during a copy, set k0 and evicted it without a tombstone; A asks for a copy from "
          "zero before that ends",
          LINKED + "Bgive Bgive Bset Blose Adel:1 Agive Ball", room=0, keys=2),
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
    Scene("evicted is remembered", "B changes k0, its ring is slow; A sets it, B takes that and acknowledges, A evicts it: the old "
          "change lands",
          LINKED + "Bincr Aset As Am Ball Ba Aall Aevict Bs Aall"),
    Scene("evicted is remembered", "A changes k0, the ring is slow, and sets it; B evicts what was set: the old change lands",
          LINKED + "Aincr Aset As:0 Ball Bevict As Ball"),
    Scene("sent under this name", "C has given A a newer k0; A evicts it when B has come, which holds an older one",
          "Bset Cset Cjoin Cc Aall Ac Call Acut Ajoin Aevict Ac Ball Bc Aall", options={"third": True}),
    Scene("pushed out is forgotten", "A's delete of k0 was pushed out, and the horizon has fallen; C comes with an old k0",
          "Cset " + LINKED + "Adel As Am Ball Bm Aall Am Ball Acut Cjoin Cc Aall", room=0, options={"third": True}),
    Scene("epoch", "C gives A an older k1 than B's mark of A: A's next copy must tell it to B",
          "Cset:1 " + LINKED + "Acut Cjoin Cc Aall Ccut Ajoin", keys=2, options={"third": True}),
    Scene("other node", "A and B have deleted and forgotten k0; C comes with an old one",
          "Cset " + LINKED + "Adel As Am Ball Bm Aall Am Ball Acut Cjoin Cc Aall", options={"third": True}),
    Scene("other node", "A and B have deleted and forgotten k0; B reboots, a little behind, and sets it with an older stamp",
          LINKED + "Adel As Am Ball Bm Aall Acut Bcrash Bskew:-50 Bset Ajoin"),
    Scene("other epoch", "A and B have deleted and forgotten k0. B reboots, joins A, then C, which has an old k0, then A again",
          "Cset " + LINKED + "Adel As Am Ball Bm Aall Am Ball Bcrash Ajoin Ac Bc Aall Ball Bm Aall Am Ball Acut "
          "Bjoin:C Cc Ball Bcut Ajoin Bc Aall", options={"third": True}),
    Scene("receiver's cursor", "A's whole copy is on the way when the link is cut",
          "Aset Aset:1 Ajoin Awalk Awalk Acut Ajoin", keys=2),
    Scene("walked places", "what B has been copied changes while the link is cut",
          "Aset Aset:1 Ajoin Awalk Awalk Ball Acut Aset Aset:1 Ajoin", keys=2),
    Scene("from zero is not resumed", "B's copy has told k0 but not ended; apart, A deletes k0 and pushes it out",
          LINKED + "Acut Ajoin Ball Bwalk Aall Acut Adel Ajoin", room=0),
    Scene("kept", "B has no room for what A's client waits for",
          LINKED + "Aset As Bfull Ba Aall"),
    Scene("overtaken", "A and B add k0 at the same moment",
          LINKED + "Aadd:1 Badd:1 As Ball Ba Aall Bs Aall Aa Ball", keys=2),
    Scene("tolerance", "A's clock is far ahead for a moment, while it is written",
          LINKED + "Askew:100000 Aset As Ball"),
    Scene("restamp", "the same while the two are apart",
          LINKED + "Acut Askew:100000 Aset"),
    Scene("restamp above the peer", "both clocks are ahead and k0 crosses; then A is far ahead and sets k0; then both are right",
          LINKED + "Acut Askew:500 Bskew:500 Aset Ajoin Ac Ball Acut Askew:100000 Aset Askew:0 Bskew:0 Ajoin"),
    Scene("ahead together", "both clocks are ahead and k0 crosses; then both are right again",
          LINKED + "Acut Askew:100000 Bskew:100000 Aset Ajoin Ac Ball Acut Askew:0 Bskew:0 Bdel Ajoin"),
    Scene("filter", "apart, A deletes k1 and pushes it out; B's k0 is not refused for it",
          LINKED + "Aevict Acut Adel:1 Ajoin", room=0, keys=2, price=0),
    Scene("kept at the peer", "B has room for one of A's two, and for no tombstone. A changes k0, which B has evicted, and joins again",
          "Aset Aset:1 Ajoin Bc Aall Ac Ball Aincr As Ball Acut Ajoin", room=0, keys=2, options={"holds": 1}, price=0),
    Scene("older yields", "B has room for one. Apart A changes k0 and B writes k1; they join, and A's copy comes first",
          LINKED + "Acut Aincr Bevict Bset:1 Ajoin Ac Ball Bc Aall", room=0, keys=2, options={"holds": 1}, lost=0),
    Scene("settled filter", "B, a little behind, has written k0; meanwhile A and C delete and forget k1. A does not refuse k0",
          "Aset:1 Ajoin Ac Ball Bc Aall Am Aa Ball Bm Ba Aall Acut Bset Cjoin Ac Call Cc Aall Am Call Cm Aall "
          "Adel:1 As Am Call Cm Aall Acut Ajoin", keys=2, options={"third": True}, price=0),
    Scene("settled with partner", "A and B have deleted and forgotten k0; apart, B sets it anew, and A and C forget k1",
          "Aset:1 " + LINKED + "Adel As Am Ball Bm Aall Am Ball Bm Aall Acut Bset Cjoin Ac Call Cc Aall Am Call Cm Aall "
          "Adel:1 As Am Call Cm Aall Acut Ajoin", keys=2, options={"third": True}, price=0),
    Scene("kept for the absent", "B's delete of k0 has come to A, no mark behind it; apart, B sets it anew, and A and C forget k1",
          "Aset:1 " + LINKED + "Bdel Bs Aall Acut Bset Cjoin Ac Call Cc Aall Am Call Cm Aall Adel:1 As Am Call Cm Aall Acut "
          "Ajoin", keys=2, options={"third": True}, price=0),
    Scene("two generations", "A deletes one key after another and pushes each out; B's k0 is not refused for it",
          LINKED + "Aevict " + " ".join(f"Adel:{key} Aall As Am Ball Bm" for key in range(1, 9)) + " Bincr Bs Adel:9 Aall",
          keys=10, room=0, options={"filter": 4}, price=0),
    Scene("resume", "A's copy is cut after two of three places",
          "Aset Aset:1 Aset:2 Ajoin Awalk Awalk Ball Acut Ajoin", keys=3, copied=5),
]


def act(world, word):
    side, (what, _, number) = world.sides["ABC".index(word[0])], word[1:].partition(":")
    what, _, ttl = what.partition("+")
    key, ttl = f"k{number or 0}", int(ttl or 0)
    world.time += 1
    if what == "set": side.write(key, world.time, 0, None, ttl)
    elif what == "add": side.add(key, world.time, 0)
    elif what == "wait": world.time += int(number or 1)
    elif what == "expire": side.expire()
    elif what == "later": side.flush_later(int(number))
    elif what == "fire": side.fire()
    elif what == "del": side.write(key, None, 1)
    elif what in ("incr", "touch"): side.write(key, world.time, 2, "change" if what == "incr" else what)
    elif what == "evict": side.evict(key)
    elif what == "lose": side.evict_without_tombstone(key, side.store.pop(key))
    elif what == "flush": side.flush()
    elif what == "crash":
        world.cut(side)
        side.start()
    elif what == "skew": world.set_skew(side.node, int(number))
    elif what == "cut": world.cut(side)
    elif what == "join": world.join(side, world.sides["ABC".index(number or "AB"[not side.node])])
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
        self.skew, self.right_skew, self.unsteady = [0, 0, 0], (0, 0, 0), list(scene.unsteady)
        self.lacks = self.lacks or any(step in scene.script for step in ("evict", "lose", "full", "+"))

    def mistakes_now(self, key): return self.unsteady.pop(0) if self.unsteady and key == "k1" else False


def play(scene, off=None):
    """What went wrong in the scene, or None."""
    world = StagedWorld(scene, off)
    for word in scene.script.split(): act(world, word)
    refusals = max(side.refused for side in world.sides)
    late = max([world.flush_late, *(life.late for side in world.sides for life in side.lives.values())])
    if why := world.finish(): return why
    if scene.late is not None and late > scene.late: return f"{late} later than due"
    if scene.price is not None and world.price > scene.price: return f"{world.price} states refused for nothing"
    if scene.refusals is not None and refusals > scene.refusals: return f"{refusals} refusals"
    if scene.lost is not None and world.lost > scene.lost: return f"{world.lost} values lost"
    if scene.copied is not None and world.copied > scene.copied: return f"{world.copied} records copied"
    return None
