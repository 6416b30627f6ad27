"""Workers of the Kinesis Client Library read on while the server is killed and comes back on its
data directory, and while one of two workers is killed: nothing that was acknowledged is lost."""
import concurrent.futures
import dataclasses
import itertools
import threading

import pytest

from kcl.application import NAMES, SHARDS, Application
from support.server import Server
from support.tables import Tables


@dataclasses.dataclass(frozen=True)
class Case:
    library: str
    retrieval: str
    shares: bool  # shards among workers by their number

    def __str__(self):
        return f"{self.library}-{self.retrieval}"


CASES = [
    Case("kcl2", "polling", shares=True),
    Case("kcl2", "fan-out", shares=True),
    Case("kcl3", "fan-out", shares=False),
]


class Restarted:
    """A server on a data directory, killed and started again at the same address."""

    def __init__(self, program, folder):
        self.start = lambda *port: Server(program, "--data", str(folder), *port)
        self.server = self.start()

    def crash(self):
        port = self.server.port
        self.server.process.kill()
        self.server.process.wait()
        self.server.stop()
        self.server = self.start("--port", str(port))


class Producer(threading.Thread):
    """Puts all the time; what fails is put again, so a record may be there twice and not less."""

    def __init__(self, app):
        super().__init__(daemon=True)
        self.app, self.ends, self.failure = app, threading.Event(), None
        self.start()

    def run(self):
        try:
            while not self.ends.wait(0.02):
                self.app.put_some(20)
        except Exception as failure:  # noqa: BLE001: the test looks at it
            self.failure = failure

    def stop(self):
        self.ends.set()
        self.join(60)
        assert not self.is_alive() and self.failure is None, self.failure


def sees(app, what, count=100):
    """So many records more have been processed."""
    wanted = len(app.journal.of("record")) + count
    app.journal.await_(lambda: len(app.journal.of("record")) >= wanted, what)


def has_all(app):
    return set(app.sent) <= set(app.processed())


def live(case, app, restarted):
    first = app.start("first")
    app.put_some()
    app.journal.await_(lambda: has_all(app), "all read")
    producer = Producer(app)
    for crash in range(2):
        sees(app, f"read before crash {crash}")
        restarted.crash()
        sees(app, f"read after crash {crash}")
    second = app.start("second")
    if case.shares:
        app.await_shared()
    restarted.crash()
    sees(app, "read by two workers after a crash")
    first.kill() if case.shares else first.stop()  # version 3 is slow to miss a worker
    app.await_taken_over()
    sees(app, "read by the second")
    producer.stop()
    app.journal.await_(lambda: has_all(app), "all read by the second")
    second.stop()
    return app


@pytest.fixture(scope="module")
def lives(request, library, ours, tmp_path_factory):
    """{case: the future of its application}: they mostly wait, so they do it together."""
    for case in CASES:
        library(case.library)  # compiled before there are threads
    folder = tmp_path_factory.mktemp("crashes")
    program = request.config.getoption("--millraced")
    tables = Tables()

    def run(case):
        restarted = Restarted(program, folder / str(case))
        try:
            app = Application(case, restarted.server, tables, library(case.library), ours, folder)
            try:
                return live(case, app, restarted)
            finally:
                app.stop()
        finally:
            restarted.server.stop()

    try:
        with concurrent.futures.ThreadPoolExecutor(len(CASES)) as pool:
            yield {case: pool.submit(run, case) for case in CASES}
    finally:
        tables.stop()


@pytest.fixture(params=CASES, ids=str)
def app(request, lives):
    return lives[request.param].result()


def test_nothing_acknowledged_is_lost(app):
    # A lease that another worker has just taken is told to who is about to write its checkpoint.
    assert all("doesn't hold the lease" in event.rest[0] for event in app.journal.of("failure"))
    assert len(app.sent) > 300
    assert set(app.sent) <= set(app.processed())


def test_a_worker_sees_each_shard_in_order_and_no_record_twice(app):
    for worker, shard in itertools.product(("first", "second"), NAMES[:SHARDS]):
        numbers = [int(e.rest[0]) for e in app.journal.of("record", worker) if e.shard == shard]
        assert all(a < b for a, b in itertools.pairwise(numbers))
