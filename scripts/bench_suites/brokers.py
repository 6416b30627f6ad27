"""Streams of brokers side by side, in turns: appends of one record a request, replay, a stream read from its
start by one reader, and the same records to ten consumers. 1 KiB a record; one load generator of ours, which speaks to each in its own protocol; both
processors shared by server and generator. What an answer promises is the same within a row:

  memory   nothing is written: millraced without --data, Redis without a log, JetStream in memory,
           RabbitMQ's transient queues (fan-out)
  os       written to files, not synced, so that it survives a killed process: millraced at `os`, Redis with
           appendfsync no, JetStream in files, a RabbitMQ stream
"""
from .common import Record, Settings, recorded, run_json
from .durable_servers import DurableMillraced, Nats, NotInstalled, RabbitMq, Redis
from .http import metrics_of, ratio_metric
from .servers import Server, millraced
from .streams import READ, fill_one_shard, load, make_stream, record_of, request

CONNECTIONS = 16
CONSUMERS = 10
# What delivers stored records, each checked, in place of requests that are repeated.
DELIVERING = ("fan_out", "read")
STREAM_OF_LOAD = "bench"


def append_of_ours(settings: Settings, server: Server, seconds: str) -> dict:
    make_stream(server)
    one = request(server.port, "PutRecord", {"StreamName": STREAM_OF_LOAD} | record_of(0))
    return load(settings, server, one, 1, "SequenceNumber", seconds)


def replay_of_ours(settings: Settings, server: Server, seconds: str) -> dict:
    make_stream(server)
    read = request(server.port, "GetRecords",
                   {"ShardIterator": fill_one_shard(server), "Limit": READ})
    return load(settings, server, read, READ, "NextShardIterator", seconds)


def fan_out_of_ours(settings: Settings, server: Server, records: int, consumers: int = CONSUMERS) -> dict:
    return run_json([settings.program("perf", "stream_fanout"), "--port", str(server.port),
                     "--server-pid", str(server.process.pid), "--consumers", str(consumers),
                     "--records", str(records)])


def of_peer(settings: Settings, server, workload: str, seconds: str, *arguments: str) -> dict:
    return server.ask(settings, workload, "--connections", str(CONNECTIONS), "--seconds", seconds,
                      *arguments)


def fan_out_of_peer(settings: Settings, server, records: int) -> dict:
    return server.ask(settings, "fan-out", "--connections", str(CONSUMERS), "--records", str(records))


def read_of_peer(settings: Settings, server, records: int, *arguments: str) -> dict:
    return server.ask(settings, "read", "--connections", "1", "--records", str(records), *arguments)


def reads(records: int) -> int:
    """One reader is given more, so that it is at it for about as long as ten."""
    return 5 * records


def cases(settings: Settings, seconds: str, records: int):
    """What is measured, in which server, how it is started, and how it is asked."""
    def memory():
        return millraced(settings, None, "--memory-max", "6GiB")
    return [
        ("append.memory", "millraced", memory, lambda s: append_of_ours(settings, s, seconds)),
        ("append.memory", "redis", lambda: Redis(settings, "none"),
         lambda s: of_peer(settings, s, "append", seconds)),
        ("append.memory", "nats", lambda: Nats(settings),
         lambda s: of_peer(settings, s, "append", seconds)),
        ("append.os", "millraced", lambda: DurableMillraced(settings, "os"),
         lambda s: append_of_ours(settings, s, seconds)),
        ("append.os", "redis", lambda: Redis(settings, "no"),
         lambda s: of_peer(settings, s, "append", seconds)),
        ("append.os", "nats", lambda: Nats(settings),
         lambda s: of_peer(settings, s, "append", seconds, "--storage", "file")),
        ("append.os", "rabbitmq", lambda: RabbitMq(settings),
         lambda s: of_peer(settings, s, "append", seconds)),
        ("replay.memory", "millraced", memory, lambda s: replay_of_ours(settings, s, seconds)),
        ("replay.memory", "redis", lambda: Redis(settings, "none"),
         lambda s: of_peer(settings, s, "replay", seconds)),
        ("read.os", "millraced", lambda: DurableMillraced(settings, "os"),
         lambda s: fan_out_of_ours(settings, s, reads(records), 1)),
        ("read.os", "redis", lambda: Redis(settings, "no"),
         lambda s: read_of_peer(settings, s, reads(records))),
        ("read.os", "nats", lambda: Nats(settings),
         lambda s: read_of_peer(settings, s, reads(records), "--storage", "file")),
        ("read.os", "rabbitmq", lambda: RabbitMq(settings),
         lambda s: read_of_peer(settings, s, reads(records))),
        ("fan_out.memory", "millraced", memory, lambda s: fan_out_of_ours(settings, s, records)),
        ("fan_out.memory", "redis", lambda: Redis(settings, "none"),
         lambda s: fan_out_of_peer(settings, s, records)),
        ("fan_out.memory", "nats", lambda: Nats(settings),
         lambda s: fan_out_of_peer(settings, s, records)),
        ("fan_out.memory", "rabbitmq", lambda: RabbitMq(settings),
         lambda s: fan_out_of_peer(settings, s, records)),
    ]


def run_in_turns(record: Record, rounds: int, what_is_run) -> dict[tuple[str, str], list[dict]]:
    runs: dict[tuple[str, str], list[dict]] = {}
    missing = set()
    for _ in range(rounds):
        for what, name, start, measure_one in what_is_run:
            if name in missing:
                continue
            try:
                with start() as server:  # fresh each time: what a run left must not slow the next
                    runs.setdefault((what, name), []).append(measure_one(server))
            except NotInstalled as why:
                missing.add(name)
                record.note(f"{name} was not run: {why}.")
    return runs


def fan_out_metrics(record: Record, name: str, runs: list[dict]) -> None:
    record.metric(f"{name}.delivered_per_second", [r["delivered"] / r["seconds"] for r in runs], "1/s",
                  "higher", name.endswith("millraced"))
    record.metric(f"{name}.server_cpu_us_per_delivery",
                  [r["server_cpu_seconds"] * 1e6 / r["delivered"] for r in runs], "us", "lower")
    record.metric(f"{name}.generator_cpu_us_per_delivery",
                  [r["own_cpu_seconds"] * 1e6 / r["delivered"] for r in runs], "us", "lower")


def fan_out_ratios(record: Record, what: str, rival: str, ours: list[dict], theirs: list[dict]) -> None:
    """Two processors are shared, so that both are said: deliveries a second, and the server's CPU."""
    def of_each(figure: str) -> tuple[list[float], list[float]]:
        return tuple([run["delivered"] / run[figure] for run in side] for side in (ours, theirs))
    for figure, suffix in (("seconds", "by_rate"), ("server_cpu_seconds", "by_server_cpu")):
        mine, others = of_each(figure)
        record.metric(f"{what}.per_{rival}_{suffix}", [a / b for a, b in zip(mine, others)], "ratio",
                      "higher")


def measure(settings: Settings, record: Record) -> None:
    rounds, seconds, records = (1, "0.5", 4000) if settings.quick else (3, "1.5", 20_000)
    for name, value in (("connections", CONNECTIONS), ("record_bytes", 1024), ("consumers", CONSUMERS),
                        ("fan_out_records", records), ("read_records", reads(records)), ("replay_limit", READ), ("rounds", rounds),
                        ("seconds", seconds), ("processors", "all shared")):
        record.parameter(name, value)
    record.note("CLOSED LOOP: service times, not what an open load would see.")
    record.note("Fan-out: all records are stored before; from the first request of a consumer to the last "
                "record at the last of ten. Each checks that it gets every record once, in order.")
    record.note("read.os: the same by one reader from the first record on: SubscribeToShard, XREAD of 100 records "
                "a request, a JetStream push consumer of a stream in files, a consumer of a RabbitMQ stream with "
                "1,000 records under way.")
    runs = run_in_turns(record, rounds, cases(settings, seconds, records))
    for (what, name), of_kind in runs.items():
        if what.startswith(DELIVERING):
            fan_out_metrics(record, f"{what}.{name}", of_kind)
        else:
            metrics_of(record, f"{what}.{name}", of_kind)
    for (what, name), theirs in runs.items():
        ours = runs[what, "millraced"]
        if name == "millraced":
            continue
        if what.startswith(DELIVERING):
            fan_out_ratios(record, what, name, ours, theirs)
        else:
            ratio_metric(record, f"{what}.per_{name}", ours, theirs, "messages", True)


run = recorded("brokers", measure)
