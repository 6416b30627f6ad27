"""millraced through HTTP: its ceiling, its operations, deep queues, start and memory."""
import os
import statistics
import tempfile

from .common import BenchError, Record, Settings, recorded
from .servers import (Server, faster_by_cpu, faster_by_rate, limited_by_server, millraced,
                      resident_bytes)

WORKLOADS = ("noop", "send", "send-batch", "srd", "srd-batch")


def placement(record: Record) -> tuple[set[int] | None, int | None]:
    """Server and generator on a processor each, where there are two."""
    cpus = sorted(os.sched_getaffinity(0))
    record.parameter("processors", "server 1, generator 1" if len(cpus) > 1 else "1 shared")
    return ({cpus[0]}, cpus[1]) if len(cpus) > 1 else (None, None)


def metrics_of(record: Record, prefix: str, runs: list[dict]) -> None:
    what = "cycles" if runs[0]["workload"].startswith(("srd", "backlog")) else "requests"
    record.metric(f"{prefix}.{what}_per_second", [r[f"{what}_per_second"] for r in runs], "1/s",
                  "higher", prefix.endswith(("noop", "send")))
    if runs[0]["messages"]:
        record.metric(f"{prefix}.messages_per_second", [r["messages_per_second"] for r in runs],
                      "1/s", "higher")
    record.metric(f"{prefix}.server_cpu_us_per_request",
                  [r["server"]["cpu_us_per_request"] for r in runs], "us", "lower")
    record.metric(f"{prefix}.server_busy", [r["server"]["busy"] for r in runs], "cores")
    record.metric(f"{prefix}.generator_cpu_us_per_request",
                  [r["generator"]["cpu_us_per_request"] for r in runs], "us", "lower")
    record.metric(f"{prefix}.generator_busy", [r["generator"]["busy"] for r in runs], "cores")
    for percentile in ("p50", "p99"):
        record.metric(f"{prefix}.service_us_{percentile}",
                      [r["service_us"][percentile] for r in runs], "us", "lower")


def valid_pairs(record: Record, first: list[dict], second: list[dict], name: str):
    """Rounds in which the generator was not the limit in either run; the others are void."""
    pairs = [(a, b) for a, b in zip(first, second)
             if not a["generator"]["limited_the_run"] and not b["generator"]["limited_the_run"]]
    if len(pairs) < len(first):
        record.note(f"{name}: {len(first) - len(pairs)} of {len(first)} rounds void, "
                    "the generator limited them.")
    if not pairs:
        record.fact("limited_by_generator", True)
        return list(zip(first, second))
    return pairs


def ratio_metric(record: Record, name: str, first, second, what: str, headline=False) -> float:
    """How many times `first` does what `second` does, median over the rounds. Taken from the rates
    where the server was the limit in both runs of every round, else from the server's CPU time for
    each; both are recorded."""
    pairs = valid_pairs(record, first, second, name)
    by_rate = [faster_by_rate(a, b, what) for a, b in pairs]
    by_cpu = [faster_by_cpu(a, b, what) for a, b in pairs]
    rates_tell = all(limited_by_server(each) for pair in pairs for each in pair)
    record.metric(f"{name}_by_rate", by_rate, "ratio", "higher")
    record.metric(f"{name}_by_server_cpu", by_cpu, "ratio", "higher")
    record.note(f"{name} is taken from " + ("the rates." if rates_tell else
                "the server's CPU time: in some run the generator was over 80 % busy, or the server "
                "under 80 % because of other work on the machine."))
    return record.metric(name, by_rate if rates_tell else by_cpu, "ratio", "higher", headline)


def measure_start(settings: Settings, record: Record) -> None:
    starts, idle = [], []
    for _ in range(3 if settings.quick else 9):
        with millraced(settings) as server:
            starts.append(server.first_answer_ms)
            idle.append(resident_bytes(server.process.pid) / 1e6)
    record.goal("first_answer_ms", record.metric("first_answer_ms", starts, "ms", "lower", True),
                "<=", 50)
    record.goal("idle_resident_megabytes",
                record.metric("idle_resident_megabytes", idle, "MB", "lower", True), "<=", 12)


def load_with_log(settings: Settings, record: Record, server: Server, workload: str, seconds: str,
                  cpu) -> dict:
    """One run with 64 connections; the last run of each workload leaves its histogram log."""
    with tempfile.NamedTemporaryFile("r", suffix=".hlog") as log:
        outcome = server.load(settings, workload, "--connections", "64", "--seconds", seconds,
                              "--hlog", log.name, cpu=cpu)
        record.attach(f"{workload}.hlog", log.read())
    return outcome


def measure_rates(settings: Settings, record: Record, server: Server, cpu) -> None:
    rounds, seconds = (2, "0.5") if settings.quick else (7, "2")
    record.parameter("rounds", rounds)
    record.parameter("seconds", seconds)
    runs: dict[str, list[dict]] = {workload: [] for workload in WORKLOADS}
    for _ in range(rounds):
        for workload in WORKLOADS:
            runs[workload].append(load_with_log(settings, record, server, workload, seconds, cpu))
    for workload in WORKLOADS:
        metrics_of(record, workload.replace("-", "_"), runs[workload])
    ratio = ratio_metric(record, "send_per_noop", runs["send"], runs["noop"], "requests", True)
    record.goal("send_per_noop", ratio, ">=", 0.65)
    cheapest = min(min(r["generator"]["cpu_us_per_request"] for r in runs[w])
                   for w in ("noop", "send"))
    # What a request costs either side depends on the other being awake: on a machine busy with
    # other work it is reported, not gated.
    calm = statistics.median(r["server"]["busy"] for r in runs["send"]) >= 0.8
    record.goal("generator_cpu_us_per_request", cheapest, "<=", 5, gated=calm)


def measure_backlog(settings: Settings, record: Record, cpus, cpu) -> None:
    deep, rounds = (20_000, 2) if settings.quick else (1_000_000, 3)
    shallow_runs, deep_runs, weights = [], [], []
    for _ in range(rounds):
        with millraced(settings, cpus) as server:
            shallow_runs.append(server.load(settings, "backlog", "--backlog", "1000", "--cycles",
                                            "1000", "--rounds", "20", cpu=cpu))
            deep_runs.append(server.load(settings, "backlog", "--backlog", str(deep), "--cycles",
                                         "20000", cpu=cpu))
            weights.append(resident_bytes(server.process.pid, "VmHWM") / (deep * 1024))
    metrics_of(record, "backlog_1000", shallow_runs)
    metrics_of(record, f"backlog_{deep}", deep_runs)
    slower = ratio_metric(record, f"backlog_1000_per_backlog_{deep}", shallow_runs, deep_runs,
                          "cycles")
    record.goal("backlog_slowdown", slower, "<=", 1.2)
    weight = record.metric(f"resident_per_payload_at_{deep}", weights, "ratio", "lower")
    if not settings.quick:
        record.goal("resident_per_payload", weight, "<=", 1.25)


def measure(settings: Settings, record: Record) -> None:
    record.parameter("connections", 64)
    record.parameter("body_bytes", 1024)
    record.note("CLOSED LOOP: service times, not what an open load would see.")
    measure_start(settings, record)
    cpus, cpu = placement(record)
    with millraced(settings, cpus) as server:
        measure_rates(settings, record, server, cpu)
        if server.process.poll() is not None:
            raise BenchError("millraced ended during the run")
    measure_backlog(settings, record, cpus, cpu)


run = recorded("http", measure)
