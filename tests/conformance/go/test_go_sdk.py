"""Streams by the AWS SDK for Go 2, over HTTP/2 with TLS as it speaks to AWS."""
import itertools

import pytest

from support import go
from support.server import Server

RECORDS = 300
NAMES = [f"shardId-{number:012d}" for number in range(4)]


@pytest.fixture(scope="module")
def seen(request):
    """{kind: [the rest of each of its events]}"""
    server = Server(request.config.getoption("--millraced"), tls=True)
    try:
        events = {}
        for kind, *rest in go.run(server.url, "from-go", server.certificate):
            events.setdefault(kind, []).append(rest)
        assert "done" in events
        return events
    finally:
        server.stop()


def test_an_error_has_its_type(seen):
    assert seen["missing"] == [["true", "Stream from-go under account 000000000000 not found."]]


def test_what_is_put_is_polled(seen):
    assert seen["put"] == [["0"]] * (RECORDS // 100)
    assert sorted(int(text) for _, _, text in seen["polled"]) == list(range(RECORDS))
    for shard in NAMES[:2]:
        numbers = [int(number) for of, number, _ in seen["polled"] if of == shard]
        assert numbers and all(a < b for a, b in itertools.pairwise(numbers))


def test_the_same_is_pushed(seen):
    assert seen["pushed"] == [row for row in seen["polled"] if row[0] == NAMES[0]]


def test_the_subscription_ends_with_the_children(seen):
    assert seen["child"] == [[NAMES[2], NAMES[0]], [NAMES[3], NAMES[0]]]
