#!/usr/bin/env python3
"""Our CBOR against that of cbor2: what one writes the other reads.

usage: cbor_test.py <wire_peer>; ends with 77 where cbor2 is not installed.
"""
import random
import struct
import subprocess
import sys

try:
    import cbor2
except ImportError:
    print("skipped: no cbor2 (scripts/setup --test installs it)")
    sys.exit(77)

ROUNDS = 3000


def random_text(rng):
    letters = "az \"\\\n\0\u00e9\u20ac\U0001f600"
    return "".join(rng.choice(letters) for _ in range(rng.choice((0, 1, 23, 24, 40, 300))))


def random_thing(rng, depth=0):
    """A request of every_kind (tests/unit/aws/every_kind.hpp): some of its members, in any order."""
    makers = {
        "Text": lambda: random_text(rng),
        "Bytes": lambda: rng.randbytes(rng.choice((0, 1, 23, 24, 255, 256, 70000))),
        "Truth": lambda: rng.random() < 0.5,
        "Small": lambda: rng.choice((0, -1, rng.randint(-(2**31), 2**31 - 1))),
        "Large": lambda: rng.randint(-(2**63), 2**63 - 1) >> rng.randrange(64),
        "Real": lambda: rng.choice((0.5, -1.1, 65504.0, 2.0**-24, 1e300, rng.random())),
        "Time": lambda: cbor2.CBORTag(1, rng.randint(0, 4 * 10**12)),
    }
    if depth < 3:
        makers["Inner"] = lambda: random_thing(rng, depth + 1)
        makers["List"] = lambda: [random_thing(rng, depth + 2) for _ in range(rng.randrange(4))]
        makers["Map"] = lambda: {
            f"k{i}": random_thing(rng, depth + 2) for i in range(rng.randrange(4))}
    names = [name for name in makers if rng.random() < 0.4]
    rng.shuffle(names)
    return {name: makers[name]() for name in names}


def with_noise(rng, thing):
    """The same request to a reader that ignores what it does not know and takes null for absent."""
    noisy = dict(thing)
    noisy["Unknown"] = rng.choice(
        (None, 2**70, b"", [1.5, {"a": [cbor2.undefined]}], cbor2.CBORSimpleValue(99)))
    for name in ("Text", "Inner", "Map"):
        noisy.setdefault(name, None)
    return noisy


class Peer:
    def __init__(self, program):
        self.process = subprocess.Popen([program, "cbor"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def ask(self, body):
        self.process.stdin.write(struct.pack(">I", len(body)) + body)
        self.process.stdin.flush()
        (size,) = struct.unpack(">I", self.process.stdout.read(4))
        answer = self.process.stdout.read(size)
        return answer[0], answer[1:]

    def close(self):
        self.process.stdin.close()
        return self.process.wait(timeout=10)


def loads(data):
    # Without a hook cbor2 would make a datetime of tag 1, and take its milliseconds for seconds.
    return cbor2.loads(
        data, semantic_decoders={1: lambda ms, _immutable: cbor2.CBORTag(1, ms)})


def main(program):
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    peer = Peer(program)
    for round_ in range(ROUNDS):
        thing = random_thing(rng)
        body = cbor2.dumps(with_noise(rng, thing), canonical=rng.random() < 0.5,
                           indefinite_containers=rng.random() < 0.5)
        status, answer = peer.ask(body)
        assert status == 0, f"seed {seed} round {round_}: status {status} for {body.hex()}"
        back = loads(answer)
        assert back == thing, f"seed {seed} round {round_}: {thing}\nread as {back}"
    assert peer.close() == 0
    print(f"{ROUNDS} requests, seed {seed}")


if __name__ == "__main__":
    main(sys.argv[1])
