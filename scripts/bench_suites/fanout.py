"""Enhanced fan-out of one shard by HTTP/2: what N consumers get of a shard that is full, how long a
record takes to each of them, and what one that does not read costs the others. And PutRecords against
a handler that discards (discard.py)."""
import statistics

from . import discard
from .common import Record, Settings, recorded, run_json
from .servers import Server, millraced

CONSUMERS = (1, 5, 20, 50)
DELIVERIES = 400_000  # of a drain, by all consumers
RECORDS_MAX = 50_000
RATE = 1000  # records a second: what AWS lets into one shard
BESIDE_STOPPED = 20


def fan_out(settings: Settings, server: Server, consumers: int, *arguments: str) -> dict:
    return run_json([settings.program("perf", "stream_fanout"), "--port", str(server.port),
                     "--server-pid", str(server.process.pid), "--consumers", str(consumers), *arguments])


def measure_drains(settings: Settings, record: Record, rounds: int, share: float) -> None:
    for consumers in CONSUMERS:
        runs = []
        records = int(min(RECORDS_MAX, DELIVERIES / consumers) * share)
        for _ in range(rounds):
            with millraced(settings, None, "--memory-max", "4GiB") as server:
                runs.append(fan_out(settings, server, consumers, "--records", str(records)))
        record.metric(f"fanout.{consumers}.delivered_bytes_per_second",
                      [r["delivered_bytes"] / r["seconds"] for r in runs], "B/s", "higher", consumers == 20)
        record.metric(f"fanout.{consumers}.server_cpu_us_per_record",
                      [r["server_cpu_seconds"] * 1e6 / r["delivered"] for r in runs], "us", "lower")
        record.metric(f"fanout.{consumers}.consumer_cpu_us_per_record",
                      [r["own_cpu_seconds"] * 1e6 / r["delivered"] for r in runs], "us", "lower")


def measure_propagation(settings: Settings, record: Record, rounds: int, seconds: float) -> None:
    for consumers in CONSUMERS:
        runs = []
        for _ in range(rounds):
            with millraced(settings) as server:
                runs.append(fan_out(settings, server, consumers, "--rate", str(RATE), "--records",
                                    str(int(RATE * seconds))))
        for percentile in ("p50", "p99"):
            record.metric(f"fanout.{consumers}.propagation_ms_{percentile}",
                          [r["propagation_ms"][percentile] for r in runs], "ms", "lower",
                          consumers == 20 and percentile == "p99")


def measure_stopped(settings: Settings, record: Record, rounds: int, share: float) -> None:
    """In turns; the ratio of each pair."""
    ratios = []
    for _ in range(rounds):
        rate = []
        for stopped in (0, 1):
            with millraced(settings, None, "--memory-max", "4GiB") as server:
                run = fan_out(settings, server, BESIDE_STOPPED, "--stopped", str(stopped), "--records",
                              str(int(DELIVERIES / BESIDE_STOPPED * share)))
            rate.append(run["delivered"] / run["server_cpu_seconds"])
            rate.append(run["delivered"] / run["seconds"])
        ratios.append((rate[2] / rate[0], rate[3] / rate[1]))
    record.metric("fanout.beside_a_stopped_consumer.by_rate", [by_rate for _, by_rate in ratios], "ratio",
                  "higher")
    record.metric("fanout.beside_a_stopped_consumer.by_cpu", [by_cpu for by_cpu, _ in ratios], "ratio",
                  "higher", True)
    record.goal("fanout.beside_a_stopped_consumer.by_cpu",
                statistics.median(by_cpu for by_cpu, _ in ratios), ">=", 0.95)


def measure(settings: Settings, record: Record) -> None:
    rounds, share, seconds = (1, 0.1, 0.5) if settings.quick else (3, 1, 2)
    for name, value in (("fanout_consumers", CONSUMERS), ("fanout_rate", RATE),
                        ("fanout_deliveries", DELIVERIES)):
        record.parameter(name, value)
    record.note("Fan-out: each consumer has a connection of HTTP/2 of its own and checks that it gets every "
                "record once, in order; all of them share one thread, and with the server two processors.")
    record.note("Propagation is from the time at which a record was due to be sent (one PutRecords a record, "
                "on schedule) to its arrival at each consumer.")
    measure_drains(settings, record, rounds, share)
    measure_propagation(settings, record, rounds, seconds)
    measure_stopped(settings, record, 2 * rounds - 1, share)
    discard.measure(settings, record)


run = recorded("fanout", measure)
