"""PutRecords of 500 x 1 KiB at level memory, against the same server with a handler that reads the
request, decodes every record and throws all away; JSON and CBOR, by server CPU. Once with memory as the
system finds it, a page at the first touch, and once with memory that was touched at the start."""
import base64
import json
import os
import pathlib
import struct
import tempfile

from .common import Record, Settings
from .http import ratio_metric
from .servers import Server, cpu_of_each, free_port, millraced
from .streams import make_stream

STREAM = "bench"
BATCH = 500
RECORD_BYTES = 1024
PROMISED = 0.6
PREFAULT = "6GiB"  # more than is put in a run: 5 million records a second


def cbor(value) -> bytes:
    """Of maps, lists, texts and bytes."""
    def head(kind: int, size: int) -> bytes:
        if size < 24:
            return bytes([kind << 5 | size])
        return bytes([kind << 5 | 25]) + struct.pack(">H", size)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value)) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


def request(server: Server, wire: str, data: list[bytes]) -> bytes:
    if wire == "json":
        records = [{"Data": base64.b64encode(d).decode(), "PartitionKey": f"key-{i}"}
                   for i, d in enumerate(data)]
        body = json.dumps({"StreamName": STREAM, "Records": records}).encode()
    else:
        body = cbor({"StreamName": STREAM, "Records": [{"Data": d, "PartitionKey": f"key-{i}"}
                                                       for i, d in enumerate(data)]})
    return (f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Content-Type: application/x-amz-{wire}-1.1\r\n"
            f"X-Amz-Target: Kinesis_20131202.PutRecords\r\nContent-Length: {len(body)}\r\n\r\n"
            ).encode() + body


def discarding(settings: Settings) -> Server:
    port = free_port()
    return Server("discard", [settings.program("perf", "discard_server"), "--port", str(port)], port,
                  "/_millrace/health")


def storing(settings: Settings, *options: str) -> Server:
    return millraced(settings, None, "--lanes", "1", "--memory-max", "8GiB", *options)


def measure(settings: Settings, record: Record) -> None:
    rounds, seconds = (1, "0.3") if settings.quick else (5, "1")
    data = [os.urandom(RECORD_BYTES) for _ in range(BATCH)]
    record.parameter("discard_batch", BATCH)
    record.note("A handler that reads, decodes and discards answers with an empty list; the real one with a "
                "sequence number a record, which costs it more. Both have one lane, one thread and no disk.")
    record.parameter("discard_prefault", PREFAULT)
    record.note(f"`prefaulted` is the same server with --pool-prefault {PREFAULT}: what it keeps goes into memory "
                "that was touched at the start.")
    starts = {"put": lambda: storing(settings), "discard": lambda: discarding(settings),
              "prefaulted": lambda: storing(settings, "--pool-prefault", PREFAULT)}
    for wire in ("json", "cbor"):
        runs: dict[str, list[dict]] = {kind: [] for kind in starts}
        for _ in range(rounds):
            for kind, start in starts.items():
                with start() as server, tempfile.NamedTemporaryFile(suffix=".http") as file:
                    make_stream(server)
                    pathlib.Path(file.name).write_bytes(request(server, wire, data))
                    runs[kind].append(server.load(
                        settings, "post", "--request", file.name, "--items", str(BATCH), "--expect",
                        "FailedRecordCount", "--connections", "16", "--seconds", seconds,
                        "--warm-up-seconds", "0.2"))
        for kind, outcomes in runs.items():
            record.metric(f"{kind}.{wire}.server_cpu_us_per_record",
                          [cpu_of_each(outcome, "messages") for outcome in outcomes], "us", "lower")
        for kind, name in (("put", wire), ("prefaulted", f"{wire}_prefaulted")):
            record.metric(f"{kind}.{wire}.records_per_second",
                          [outcome["messages_per_second"] for outcome in runs[kind]], "1/s", "higher")
            ratio = ratio_metric(record, f"put_records_per_discard.{name}", runs[kind], runs["discard"],
                                 "messages", True)
            record.goal(f"put_records_per_discard.{name}", ratio, ">=", PROMISED)
