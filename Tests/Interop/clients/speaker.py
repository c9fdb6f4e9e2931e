"""The loop of the clients that are written in Python: see driver/speaker.py for what is said.

A client is an object whose methods are the verbs. They take and give bytes; a method that is not there is unsupported.
"""

import sys


def serve(client, version):
    answer(f"ready {version}")
    for line in sys.stdin:
        try:
            answer(reply(client, *line.split(" ")))
        except Exception as error:  # whatever the library raises is what it tells its caller
            answer("error " + f"{type(error).__name__} {error}".replace("\n", " ")[:200])


def answer(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def reply(client, verb, *words):
    verb, words = verb.strip(), [word.rstrip("\n") for word in words]
    method = getattr(client, verb, None)
    if method is None:
        return "unsupported"
    return SAYS[verb](method, *words)


def of_truth(value):
    return "ok" if value else "no"


def of_number(value):
    return "none" if value is None else f"number {int(value)}"


def of_value(value):
    return "none" if value is None else "value " + value.hex()


def of_values(values):
    return " ".join(["values", *(f"{key}={value.hex()}" for key, value in values.items())])


def pairs(words):
    return {key: bytes.fromhex(value) for key, value in (word.split("=") for word in words)}


def with_value(method, key, seconds, value=""):
    return of_truth(method(key, bytes.fromhex(value), int(seconds)))


SAYS = {
    "get": lambda method, key: of_value(method(key)),
    "gets": lambda method, key: of_value(method(key)),
    "many": lambda method, *keys: of_values(method(list(keys))),
    "set": with_value,
    "add": with_value,
    "cas": with_value,
    "setmany": lambda method, seconds, *words: of_truth(method(pairs(words), int(seconds))),
    "delete": lambda method, key: of_truth(method(key)),
    "touch": lambda method, key, seconds: of_truth(method(key, int(seconds))),
    "incr": lambda method, key, by: of_number(method(key, int(by))),
    "decr": lambda method, key, by: of_number(method(key, int(by))),
    # Of the frameworks.
    "visit": lambda method, session: of_number(method(session)),
    "page": lambda method, name: of_value(method(name)),
    "lock": lambda method, name: of_truth(method(name)),
    "unlock": lambda method, name: of_truth(method(name)),
}


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def arguments():
    """The servers, as `host:port`, and the variant or None."""
    return sys.argv[1].split(","), (sys.argv[2] if len(sys.argv) > 2 else None)
