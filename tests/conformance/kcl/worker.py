"""A process of kcl/java/Consume.java, a worker of the Kinesis Client Library, and what it has said."""
import dataclasses
import threading
import time

from support.java import split


@dataclasses.dataclass
class Event:
    worker: str
    kind: str
    shard: str
    rest: list


class Journal:
    """What the workers of one application say, in the order in which it is heard."""

    def __init__(self):
        self.events, self.heard = [], threading.Condition()

    def hear(self, event):
        with self.heard:
            self.events.append(event)
            self.heard.notify_all()

    def of(self, kind, worker=None):
        with self.heard:
            return [e for e in self.events if e.kind == kind and worker in (None, e.worker)]

    def await_(self, condition, what, seconds=90):
        """Until condition() holds; it is asked after each event."""
        end = time.monotonic() + seconds
        with self.heard:
            while not condition():
                gone = [e.worker for e in self.events if e.kind == "gone"]
                assert not gone, f"not {what}: {gone} has ended by itself"
                left = end - time.monotonic()
                if left <= 0 or not self.heard.wait(left):
                    kinds = [(e.worker, e.kind, e.shard) for e in self.events if e.kind != "record"]
                    raise AssertionError(f"not {what} within {seconds} s: {kinds}")


class Worker:
    def __init__(self, library, journal, log, name, *, kinesis, tables, stream, application, retrieval):
        self.name, self.journal = name, journal
        self.log = open(log, "wb")
        self.told_to_end = False
        self.process = library.start(
            "Consume", kinesis.url, kinesis.certificate or "-", tables.url, stream, application, name,
            retrieval, stderr=self.log)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            kind, shard, *rest = split(line.decode())[0]
            self.journal.hear(Event(self.name, kind, shard, rest))
        if not self.told_to_end:
            self.journal.hear(Event(self.name, "gone", "", []))

    def stop(self):
        """Ends as it should, at the end of its input."""
        self.told_to_end = True
        self.process.stdin.close()
        self.process.wait(60)
        self.reader.join(10)
        assert self.process.returncode == 0
        assert self.journal.of("stopped", self.name)

    def kill(self):
        """Without a farewell. Harmless when it has ended."""
        self.told_to_end = True
        self.process.kill()
        self.process.wait(10)
        self.reader.join(10)
        self.process.stdin.close()
        self.process.stdout.close()
        self.log.close()
