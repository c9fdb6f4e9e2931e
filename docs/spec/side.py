"""One of the daemons: a store, a clock, three rings that one link thread drains, and what it knows of its peer."""
from clock import Clock
from horizon import Horizon
from life import Moments
from link import Receiving, Sending
from store import Store


class Side(Clock, Store, Moments, Sending, Receiving):
    def __init__(self, world, node):
        self.world, self.node, self.boots = world, node, 0
        self.start()

    def rule(self, name): return self.world.rule(name)
    def name(self): return self.boot + (self.epoch,)

    def start(self):
        """A boot: the store is empty, and nothing is known of any peer."""
        self.boots, self.ring_pace = self.boots + 1, .5
        self.boot, self.epoch = (self.node, self.boots), 0
        self.store = {}
        self.seen = {}                        # the greatest state that was here since the boot (for the oracle)
        self.places = list(self.world.keys)   # the order of the walk
        self.world.random.shuffle(self.places)
        self.lives = {}                       # key -> its time to live
        self.clock = self.floor = 0
        self.ordered, self.to_come = 0, None  # the stamp of the last flush that was ordered; that flush, if it is to come
        self.horizon = Horizon(self.world, self.places)
        self.met_at = 0                       # the own clock when the peer of this name was first met
        self.partner, self.met = None, set()  # the name of the last peer; nodes linked with since my boot
        self.had = (None, 0)                  # (the peer's name, its last mark)
        self.acked = self.settled = 0         # what the peer acknowledged of mine; what it had at its last mark's fence
        self.progress = (None, 0, 0)          # (the peer's name, places, mark) of its copy that has not ended
        self.walked = (None, 0, 0)            # how far I have walked, as the sender knows it
        self.left = self.kept = 0             # the fence when the last peer was left; tombstones up to it are kept for it
        self.peer = None
        self.unlink()

    def unlink(self):
        """The end of a link: what was on the way is lost, and what counts frames begins again."""
        self.peer, self.await_copy = None, False
        self.ahead = 0                        # how far ahead stamps are believed besides the tolerance
        self.horizon.unlink()
        self.asks = self.asked = 0            # copies from zero that I asked for; that the peer asked for
        self.rings = [[], [], []]             # (key, state, life) not sent yet
        self.streaming = True                 # no stream given up during a copy
        self.copy = self.gate = None
        self.unheld = {}                      # cell -> the greatest state evicted that the peer has had, the last stamp of one
        self.loss = False                     # my copy could not tell all
        self.inbox = []                       # frames on the way to me
        self.refused = self.refused_seen = self.refused_confirmed = 0
        self.sent = self.got = 0              # records of the stream
        self.overtaken = set()                # (key, fresh) of writes of mine that were not done
        self.waiting = []                     # (number, key, state) whose client waits for the acknowledgement
