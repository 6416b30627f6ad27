"""Streams through HTTP: millraced and kinesalite (npm) in turns: 16 connections, 1 KiB records, both
processors shared by server and generator."""
import base64
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from .common import ROOT, BenchError, Record, Settings, recorded
from .http import metrics_of, ratio_metric
from .servers import Server, free_port, millraced

KINESALITE = "kinesalite@3.3.3"
STREAM = "bench"
SHARDS = 4
BATCH = 100
READ = 200
# What is compared, how many times the rival's rate is promised.
COMPARED = (("put_record", 15), ("put_records", 20), ("get_records", 12))


def kinesalite() -> Server:
    directory = ROOT / "build" / "rivals"
    program = directory / "node_modules" / ".bin" / "kinesalite"
    if not program.exists():
        if shutil.which("npm") is None:
            raise BenchError("the rival needs npm (Node.js 20)")
        directory.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(directory), KINESALITE]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BenchError(f"{' '.join(command)} failed: {done.stderr[-500:]}")
    port = free_port()
    command = ["node", str(program.resolve()), "--port", str(port), "--createStreamMs", "0"]
    return Server("kinesalite", command, port, "/", cpus=None, healthy=range(200, 500))


def headers(port: int, action: str) -> dict:
    """A signature that is well-formed: the rival asks for no more, and we run without."""
    return {"Host": f"127.0.0.1:{port}", "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"Kinesis_20131202.{action}", "X-Amz-Date": "20260101T000000Z",
            "Authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/kinesis/aws4_request, "
                             "SignedHeaders=host, Signature=0"}


def ask(server: Server, action: str, body: dict) -> dict:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    with contextlib.closing(connection):
        connection.request("POST", "/", json.dumps(body), headers(server.port, action))
        answer = connection.getresponse()
        text = answer.read()
    if answer.status != 200:
        raise BenchError(f"{server.name}: {action}: status {answer.status}, {text[:300]!r}")
    return json.loads(text) if text else {}


def request(port: int, action: str, body: dict) -> bytes:
    text = json.dumps(body).encode()
    fields = headers(port, action) | {"Content-Length": str(len(text))}
    head = "POST / HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return head.encode() + b"\r\n" + text


def record_of(number: int) -> dict:
    return {"Data": base64.b64encode(os.urandom(1024)).decode(), "PartitionKey": f"key-{number}"}


def make_stream(server: Server) -> None:
    ask(server, "CreateStream", {"StreamName": STREAM, "ShardCount": SHARDS})
    for _ in range(200):
        found = ask(server, "DescribeStream", {"StreamName": STREAM})["StreamDescription"]
        if found["StreamStatus"] == "ACTIVE":
            return
        time.sleep(0.02)
    raise BenchError(f"{server.name}: the stream does not become active")


def fill_one_shard(server: Server) -> str:
    """An iterator in front of READ records of one shard."""
    for _ in range(READ // BATCH):
        records = [record_of(i) | {"ExplicitHashKey": "0"} for i in range(BATCH)]
        ask(server, "PutRecords", {"StreamName": STREAM, "Records": records})
    shard = ask(server, "DescribeStream", {"StreamName": STREAM})["StreamDescription"]["Shards"][0]
    return ask(server, "GetShardIterator",
               {"StreamName": STREAM, "ShardId": shard["ShardId"],
                "ShardIteratorType": "TRIM_HORIZON"})["ShardIterator"]


def load(settings: Settings, server: Server, body: bytes, items: int, expect: str,
         seconds: str) -> dict:
    with tempfile.NamedTemporaryFile(suffix=".http") as file:
        pathlib.Path(file.name).write_bytes(body)
        return server.load(settings, "post", "--request", file.name, "--items", str(items),
                           "--expect", expect, "--connections", "16", "--seconds", seconds)


def measure_server(settings: Settings, server: Server, seconds: str) -> dict[str, dict]:
    make_stream(server)
    iterator = fill_one_shard(server)
    read = request(server.port, "GetRecords", {"ShardIterator": iterator, "Limit": READ})
    one = request(server.port, "PutRecord", {"StreamName": STREAM} | record_of(0))
    many = request(server.port, "PutRecords",
                   {"StreamName": STREAM, "Records": [record_of(i) for i in range(BATCH)]})
    return {"get_records": load(settings, server, read, READ, "NextShardIterator", seconds),
            "put_record": load(settings, server, one, 1, "SequenceNumber", seconds),
            "put_records": load(settings, server, many, BATCH, '"FailedRecordCount":0', seconds)}


def measure(settings: Settings, record: Record) -> None:
    rounds, seconds = (1, "0.5") if settings.quick else (5, "2")
    for name, value in (("connections", 16), ("record_bytes", 1024), ("shards", SHARDS),
                        ("put_records_batch", BATCH), ("get_records_limit", READ),
                        ("rounds", rounds), ("seconds", seconds), ("processors", "all shared")):
        record.parameter(name, value)
    record.note("CLOSED LOOP: service times, not what an open load would see.")
    runs: dict[tuple[str, str], list[dict]] = {}
    for _ in range(rounds):
        for start in (lambda: millraced(settings, None, "--memory-max", "8GiB"), kinesalite):
            with start() as server:  # fresh each time: what a run left must not slow the next
                for what, outcome in measure_server(settings, server, seconds).items():
                    runs.setdefault((server.name, what), []).append(outcome)
    for (name, what), of_kind in runs.items():
        metrics_of(record, f"{name}.{what}", of_kind)
    for what, promised in COMPARED:
        ratio = ratio_metric(record, f"{what}_per_kinesalite", runs["millraced", what],
                             runs["kinesalite", what], "messages", True)
        record.goal(f"{what}_per_kinesalite", ratio, ">=", promised)


run = recorded("streams", measure)
