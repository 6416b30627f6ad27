"""stream_limits: what --limits aws lets through streams in ten seconds of real time, to the record and to
the byte. Each limit has a stream and a connection of its own, which ask for more than it; all run side by side."""
import base64
import contextlib
import functools
import http.client
import json
import re
import socket
import tempfile
import threading
import time

from .common import BenchError, Record, Settings, recorded
from .servers import Server, millraced
from .streams import ask, headers, request

SECONDS = 10
QUICK_SECONDS = 5  # after which a large read and a large record may be followed by another
MARGIN_S = 0.02  # a request that is late must not open an eleventh window
PAUSE_S = 0.005  # behind an answer that says that it was too much
MEBIBYTE = 1 << 20
RECORD = 16_384  # data and key, so that windows of a MiB end at a record
RECORD_OF_16_KIB = {"Data": base64.b64encode(bytes(RECORD - 1)).decode(), "PartitionKey": "k"}
SMALL_RECORD = {"Data": base64.b64encode(bytes(40)).decode(), "PartitionKey": "k"}
READ_RECORDS = 32  # 512 KiB a call: fewer calls than the limit of calls
LARGE = 5 * MEBIBYTE  # a record: two of them in ten seconds
LARGE_RECORD = {"Data": base64.b64encode(bytes(LARGE - 1)).decode(), "PartitionKey": "k"}
LARGE_READ = 10 * MEBIBYTE  # what one call brings, and the next ones five seconds later
CONSUMERS = 2
FANOUT = "bytes_out_to_each_consumer"
# stream: what is limited, its value a second, unit
LIMITS = {"records_in": (1000, "1/s"), "bytes_in": (MEBIBYTE, "B/s"),
          "on_demand_bytes_in": (4 * MEBIBYTE, "B/s"), "reads_out": (5, "1/s"),
          "bytes_out": (2 * MEBIBYTE, "B/s"), "large_reads_out": (2 * MEBIBYTE, "B/s"),
          "large_records_in": (MEBIBYTE, "B/s"), FANOUT: (2 * MEBIBYTE, "B/s")}


class Attempts:
    """Asks the same again and again; counts what passed."""

    def __init__(self, server: Server, seconds: float, action: str, body: dict, passed):
        self.seconds = seconds
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.body, self.headers = json.dumps(body), headers(server.port, action)
        self.passed = passed  # answer text -> how much of it
        self.total = self.refused = 0
        self.problem = None

    def run(self) -> None:
        try:
            end = time.perf_counter() + self.seconds - MARGIN_S
            while time.perf_counter() < end:
                self.once()
        except (OSError, http.client.HTTPException, BenchError) as problem:
            self.problem = problem
        finally:
            self.connection.close()

    def once(self) -> None:
        self.connection.request("POST", "/", self.body, self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200 and b"ProvisionedThroughputExceededException" not in text:
            raise BenchError(f"status {answer.status}: {text[:300]!r}")
        got = self.passed(text) if answer.status == 200 else 0
        self.total += got
        if got == 0:
            self.refused += 1
            time.sleep(PAUSE_S)


class Consumer:
    """One SubscribeToShard on a full shard; counts the bytes of the records that came."""

    def __init__(self, server: Server, seconds: float, consumer_arn: str):
        self.seconds = seconds
        self.request = request(server.port, "SubscribeToShard", {
            "ConsumerARN": consumer_arn, "ShardId": "shardId-000000000000",
            "StartingPosition": {"Type": "TRIM_HORIZON"}})
        self.port = server.port
        self.total, self.refused, self.problem = 0, 0, None

    def run(self) -> None:
        try:
            with contextlib.closing(socket.create_connection(("127.0.0.1", self.port))) as connection:
                connection.sendall(self.request)
                end = time.perf_counter() + self.seconds - MARGIN_S
                came = bytearray()
                while (left := end - time.perf_counter()) > 0:
                    connection.settimeout(left)
                    with contextlib.suppress(TimeoutError):
                        came += connection.recv(MEBIBYTE)
            if not came.startswith(b"HTTP/1.1 200"):
                raise BenchError(f"SubscribeToShard: {bytes(came[:300])!r}")
            self.total = came.count(b'"PartitionKey"') * RECORD
        except (OSError, BenchError) as problem:
            self.problem = problem


def put_records(stream: str, records: list[dict]) -> tuple[str, dict]:
    return "PutRecords", {"StreamName": stream, "Records": records}


def counted(text: bytes, size: int, count: int) -> int:
    return (count - int(re.search(rb'"FailedRecordCount":(\d+)', text)[1])) * size


def hash_of_shard(number: int, shards: int) -> str:
    return str((2**128 // shards) * number + 1)


def iterator(server: Server, stream: str) -> str:
    return ask(server, "GetShardIterator", {
        "StreamName": stream, "ShardId": "shardId-000000000000",
        "ShardIteratorType": "TRIM_HORIZON"})["ShardIterator"]


def prepare(server: Server, seconds: float) -> list[str]:
    """Streams, with as many records as will be read. Gives the consumers' ARNs."""
    for stream in LIMITS:
        mode = {"StreamModeDetails": {"StreamMode": "ON_DEMAND"}} if stream.startswith("on_demand") else \
            {"ShardCount": 1}
        if stream == "large_records_in":
            mode["MaxRecordSizeInKiB"] = 10_240
        ask(server, "CreateStream", {"StreamName": stream} | mode)
    enough = int((seconds + 2) * 2 * MEBIBYTE / RECORD)
    for stream, count in (("bytes_out", READ_RECORDS), ("large_reads_out", LARGE_READ // RECORD),
                          (FANOUT, enough)):
        for _ in range(0, count, READ_RECORDS):
            ask(server, *put_records(stream, [RECORD_OF_16_KIB] * READ_RECORDS))
    arn = ask(server, "DescribeStreamSummary", {"StreamName": FANOUT})["StreamDescriptionSummary"]["StreamARN"]
    return [ask(server, "RegisterStreamConsumer", {"StreamARN": arn, "ConsumerName": f"c{i}"})
            ["Consumer"]["ConsumerARN"] for i in range(CONSUMERS)]


def everybody(server: Server, seconds: float, consumers: list[str]) -> dict[str, list]:
    """Who asks for what, by limit."""
    spread = [RECORD_OF_16_KIB | {"ExplicitHashKey": hash_of_shard(i % 4, 4)} for i in range(16)]
    one_read = {"ShardIterator": iterator(server, "reads_out")}
    large_read = {"ShardIterator": iterator(server, "bytes_out"), "Limit": READ_RECORDS}
    largest_read = {"ShardIterator": iterator(server, "large_reads_out")}
    of_16_kib = functools.partial(counted, size=RECORD, count=16)
    attempts = functools.partial(Attempts, server, seconds)
    return {
        "records_in": [attempts(*put_records("records_in", [SMALL_RECORD] * 100),
                                functools.partial(counted, size=1, count=100))],
        "bytes_in": [attempts(*put_records("bytes_in", [RECORD_OF_16_KIB] * 16), of_16_kib)],
        "on_demand_bytes_in": [attempts(*put_records("on_demand_bytes_in", spread), of_16_kib)],
        "reads_out": [attempts("GetRecords", one_read, lambda _: 1)],
        "bytes_out": [attempts("GetRecords", large_read,
                               lambda text: text.count(b'"PartitionKey"') * RECORD)],
        "large_reads_out": [attempts("GetRecords", largest_read,
                                     lambda text: text.count(b'"PartitionKey"') * RECORD)],
        "large_records_in": [attempts(*put_records("large_records_in", [LARGE_RECORD]),
                                      functools.partial(counted, size=LARGE, count=1))],
        FANOUT: [Consumer(server, seconds, arn) for arn in consumers]}


def run_side_by_side(parts: dict[str, list]) -> None:
    each = [part for of_limit in parts.values() for part in of_limit]
    threads = [threading.Thread(target=part.run) for part in each]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for part in each:
        if part.problem is not None:
            raise BenchError(f"{part.problem}")


def measure_limits(settings: Settings, seconds: float) -> dict[str, tuple[float, list[float], float]]:
    """By limit: its value, what passed and what was refused a second."""
    with tempfile.TemporaryDirectory() as directory:
        # The shards that are read are filled without a limit, and read by a server that has it.
        stored = ("--data", directory, "--stream-record-size-max", "10MiB")
        with millraced(settings, None, *stored) as server:
            consumers = prepare(server, seconds)
        with millraced(settings, None, *stored, "--limits", "aws") as server:
            parts = everybody(server, seconds, consumers)
            run_side_by_side(parts)
    return {name: (LIMITS[name][0], [part.total / seconds for part in of_limit],
                   sum(part.refused for part in of_limit) / seconds)
            for name, of_limit in parts.items()}


def measure(settings: Settings, record: Record) -> None:
    seconds = QUICK_SECONDS if settings.quick else SECONDS
    record.parameter("seconds", seconds)
    record.parameter("consumers", CONSUMERS)
    record.note("All limits at once, each on a stream and connections of its own; on-demand is a new stream's "
                "four shards. off_by is that of the consumer that is further off.")
    for name, (value, rates, refused) in measure_limits(settings, seconds).items():
        record.metric(f"limits_aws.{name}.per_second", rates, LIMITS[name][1])
        record.metric(f"limits_aws.{name}.refused_per_second", refused, "1/s")
        off = max(abs(rate / value - 1) for rate in rates)
        record.goal(f"limits_aws.{name}.off_by",
                    record.metric(f"limits_aws.{name}.off_by", off, "ratio", "lower"), "<=", 0.01,
                    gated=not settings.quick)


run = recorded("stream_limits", measure)
