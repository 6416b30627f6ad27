"""Workers of the Kinesis Client Library, versions 2 and 3, polling and by enhanced fan-out: all
records once and in order, through a split and a merge, by two workers that share the shards."""
import concurrent.futures
import dataclasses
import itertools

import pytest

from kcl.conftest import connect, make_stream
from kcl.worker import Journal, Worker
from support.server import Server
from support.tables import Tables

SHARDS = 3
BATCH = 300
PACK = 20  # user records in one record, as the Producer Library puts them
HASH_KEYS = 1 << 128
NAMES = [f"shardId-{number:012d}" for number in range(6)]


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


class Application:
    """A stream with records, and up to two workers on it."""

    def __init__(self, case, server, tables, library, ours, folder):
        self.client = connect(server)
        self.stream = make_stream(self.client, SHARDS)
        self.journal, self.workers, self.sent, self.ours = Journal(), [], [], ours
        name = f"{case}-{self.stream}"
        if case.library == "kcl3":
            tables.make_lease_table(name)

        def start(worker):
            self.workers.append(Worker(
                library, self.journal, folder / f"{case}-{worker}.log", worker, kinesis=server, tables=tables,
                stream=self.stream, application=name, retrieval=case.retrieval))
            return self.workers[-1]

        self.start = start

    def put(self, entries):
        for i in range(0, len(entries), 100):
            answer = self.client.put_records(StreamName=self.stream, Records=entries[i:i + 100])
            assert answer["FailedRecordCount"] == 0

    def put_some(self):
        texts = [f"{len(self.sent) + i}" for i in range(BATCH)]
        self.put([{"Data": text.encode(), "PartitionKey": f"key-{i % 50}"} for i, text in enumerate(texts)])
        self.sent += texts

    def put_pack(self):
        texts = [f"{len(self.sent) + i}" for i in range(PACK)]
        (key, hash_key, data), = self.ours("pack", [f"key\t\t{text.encode().hex()}" for text in texts])
        self.put([{"Data": bytes.fromhex(data), "PartitionKey": key, "ExplicitHashKey": hash_key}])
        self.sent += texts

    def processed(self):
        return [bytes.fromhex(event.rest[3]).decode() for event in self.journal.of("record")]

    def caught_up(self):
        """All records are processed, and after the last of each shard there is a checkpoint."""
        last = {e.shard: e.kind for e in self.journal.events if e.kind in ("record", "checkpoint")}
        return len(self.processed()) >= len(self.sent) and "record" not in last.values()

    def await_all(self, what):
        self.journal.await_(self.caught_up, what)

    def split_and_merge(self):
        self.put_some()
        self.client.split_shard(StreamName=self.stream, ShardToSplit=NAMES[0],
                                NewStartingHashKey=str(HASH_KEYS // 6))
        self.put_some()
        self.client.merge_shards(StreamName=self.stream, ShardToMerge=NAMES[1], AdjacentShardToMerge=NAMES[2])
        self.put_some()

    def await_shared(self):
        """The second worker has some of the shards, and the first has noticed."""
        def shared():
            has = {e.shard for e in self.journal.of("begins", "second")}
            return has and has <= {e.shard for e in self.journal.of("lost")}

        self.journal.await_(shared, "shared")

    def await_taken_over(self):
        self.journal.await_(lambda: len(self.journal.of("begins", "second")) == SHARDS, "taken over")

    def stop(self):
        for worker in self.workers:
            worker.kill()


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

    for parent, child in ((0, 3), (0, 4), (1, 5), (2, 5)):
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
