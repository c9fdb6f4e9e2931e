"""What a side holds under a key, and the bounds that every module shares.

A stamp is a clock in its upper bits and the node in its lowest two, so that no two nodes give the same one.
"""
from typing import NamedTuple


class State(NamedTuple):
    """A value or a tombstone (value None) with three stamps. States are ordered by (fresh, changed, touched)."""

    fresh: int    # the last write that carried the whole value (set, add, replace, incr with an initial value)
    changed: int  # the last change of the value
    touched: int  # the last change of any kind, touch included
    value: int | None

    @property
    def is_value(self): return self.value is not None
    def tombstone(self): return self._replace(value=None)


def all_three(stamp, value=None):
    """The state of a write that carries its whole value, and of a delete: its three stamps are one."""
    return State(stamp, stamp, stamp, value)


def rank(state):
    """What decides between two states of a key: at equal stamps a value beats a tombstone."""
    return state[:3] + (state.is_value, state.value or 0)


NONE = State(0, 0, 0, None)
FLOOR = "\0floor"  # the key under which a flush travels
TOLERANCE = 60     # how far a stamp may lie ahead of the own clock and still be believed


def stamp_of(clock, node): return clock * 4 + node
def fence_of(clock): return clock * 4 + 3
def clock_of(stamp): return stamp // 4
def node_of(stamp): return stamp % 4
