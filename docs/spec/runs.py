"""Random runs: a seed and a mode give one run, the same each time."""
from modes import MODES
from world import World


def run(seed, off=None, **mode):
    """The world after the run, and what went wrong, or None."""
    world = World(seed, off, **mode)
    pick = world.random
    burst, names, weights = 0, list(world.weights), list(world.weights.values())
    for step in range(1, world.steps + 1):
        world.time += pick.choice((0, 0, 1, 1, 2))
        if burst: burst -= 1
        else:
            me, (what,) = pick.choice(world.sides), pick.choices(names, weights)
            burst = pick.randrange(world.burst) if what in ("send", "receive") else 0
        if pick.random() < .03: me.ring_pace = pick.choice((0, .1, .5, .9))
        take_step(world, me, what, step)
        if world.ttl and pick.random() < .1: me.expire()
        if pick.random() < .3 and me.to_come: me.fire()
    return world, world.finish()


def take_step(world, me, what, step):
    pick = world.random
    key, ring = pick.choice(world.keys), pick.randrange(3)
    ttl = pick.choice((None, 10, 40, 150)) if world.ttl else None
    if what == "set": me.write(key, step, ring, None, ttl)
    elif what in ("change", "touch"): me.write(key, step, ring, what, ttl)
    elif what == "add": me.add(key, step, ring)
    elif what == "delete": me.write(key, None, ring)
    elif what == "evict": me.evict(key)
    elif what == "flush": me.flush()
    elif what == "flush later": me.flush_later(pick.choice((5, 30, 100)))
    elif what == "cut": world.cut(me)
    elif what == "give up": me.peer and me.give_up_stream()
    elif what == "join": world.join(*pick.sample(world.sides, 2))
    elif what == "crash":
        world.cut(me)
        me.start()
    elif what == "glitch": world.glitch()
    elif what == "send": me.peer and me.send()
    elif what == "receive": me.receive()


class Count:
    """Runs of some modes: how many went wrong, the first that did, and what they cost."""

    def __init__(self, runs, off=None, modes=MODES, first=0):
        self.runs, self.wrong, self.example, self.price, self.copied = 0, 0, None, 0, 0
        for mode in modes:
            for seed in range(first, first + runs):
                world, why = run(seed, off, **MODES[mode])
                self.runs += 1
                self.price, self.copied = self.price + world.price, self.copied + world.copied
                if why:
                    self.wrong += 1
                    self.example = self.example or f"{mode}, seed {seed}: {why}"
