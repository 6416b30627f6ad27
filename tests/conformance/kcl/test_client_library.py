"""Workers of the Kinesis Client Library, versions 2 and 3, polling and by enhanced fan-out: all
records once and in order, through a split and a merge, by two workers that share the shards."""
import concurrent.futures
import dataclasses
import itertools

import pytest

from kcl.application import NAMES, PACK, SHARDS, Application
from support.server import Server
from support.tables import Tables


@dataclasses.dataclass(frozen=True)
class Case:
    library: str
    retrieval: str
    tls: bool
    limits: str
    shares: bool  # shards by their number, whoever comes; version 3 goes by the use of processors

    def __str__(self):
        return f"{self.library}-{self.retrieval}-{'tls' if self.tls else 'plain'}"


CASES = [
    Case("kcl2", "polling", tls=False, limits="aws", shares=True),
    Case("kcl2", "fan-out", tls=True, limits="aws", shares=True),
    Case("kcl3", "polling", tls=True, limits="open", shares=False),
    Case("kcl3", "fan-out", tls=False, limits="open", shares=False),
]


def live(case, app):
    """The life of an application, up to its end."""
    app.put_pack()
    app.put_some()
    first = app.start("first")
    app.await_all("all read")
    app.split_and_merge()
    app.await_all("all read after a split and a merge")
    second = app.start("second")
    if case.shares:
        app.await_shared()
        app.put_some()
        app.await_all("all read by two workers")
        first.kill()
    else:
        first.stop()
    app.await_taken_over()
    app.put_some()
    app.await_all("all read by the second")
    second.stop()
    return app


@pytest.fixture(scope="module")
def lives(request, library, ours, tmp_path_factory):
    """{case: the future of its application}: they mostly wait, so they do it together."""
    for case in CASES:
        library(case.library)  # compiled before there are threads
    folder = tmp_path_factory.mktemp("logs")
    program = request.config.getoption("--millraced")
    tables = Tables()

    def run(case):
        server = Server(program, "--limits", case.limits, tls=case.tls)
        try:
            app = Application(case, server, tables, library(case.library), ours, folder)
            try:
                return live(case, app)
            finally:
                app.stop()
        finally:
            server.stop()

    try:
        with concurrent.futures.ThreadPoolExecutor(len(CASES)) as pool:
            yield {case: pool.submit(run, case) for case in CASES}
    finally:
        tables.stop()


@pytest.fixture(params=CASES, ids=str)
def app(request, lives):
    return lives[request.param].result()


def place(event):
    return int(event.rest[0]), int(event.rest[1])


def test_every_record_is_processed_once(app):
    assert not app.journal.of("failure")
    assert sorted(app.processed(), key=int) == app.sent


def test_each_shard_is_in_order(app):
    for shard in NAMES:
        places = [place(e) for e in app.journal.of("record") if e.shard == shard]
        assert places and all(a < b for a, b in itertools.pairwise(places))


# Shows: shard.parents-first
def test_children_come_after_their_parents(app):
    def first(kind, shard):
        return next(i for i, e in enumerate(app.journal.events) if (e.kind, e.shard) == (kind, shard))

    for parent, child in ((0, SHARDS), (0, SHARDS + 1), (1, SHARDS + 2), (2, SHARDS + 2)):
        assert first("ends", NAMES[parent]) < first("begins", NAMES[child])


def test_a_shard_that_changes_hands_goes_on_at_its_checkpoint(app):
    taken = app.journal.of("begins", "second")
    assert taken
    for event in taken:
        before = app.journal.events[:app.journal.events.index(event)]
        last = [e for e in before if e.kind == "record" and e.shard == event.shard][-1]
        assert event.rest[0] == last.rest[0]


def test_packed_records_are_unpacked(app):
    packed = [e for e in app.journal.of("record") if e.rest[2] == "key"]
    assert [int(e.rest[1]) for e in packed] == list(range(PACK))
    assert len({e.rest[0] for e in packed}) == 1
