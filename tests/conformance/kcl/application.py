"""An application of the Kinesis Client Library: a stream with records, and up to two workers on it."""
from kcl.conftest import connect, make_stream
from kcl.worker import Journal, Worker

# A worker that comes takes half of the leases, those of finished shards too, which stay for 5 minutes:
# more than the three that are split and merged, so that some of its half are not finished.
SHARDS = 5
BATCH = 300
PACK = 20  # user records in one record, as the Producer Library puts them
HASH_KEYS = 1 << 128
NAMES = [f"shardId-{number:012d}" for number in range(SHARDS + 3)]


class Application:
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

    def put_some(self, count=BATCH):
        texts = [f"{len(self.sent) + i}" for i in range(count)]
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
                                NewStartingHashKey=str(HASH_KEYS // (2 * SHARDS)))
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
