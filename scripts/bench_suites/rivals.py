"""millraced and fauxqs (npm, its logger off), in turns: 16 connections, 1 KiB, both processors shared
by server and generator."""
from .common import Record, Settings, recorded
from .http import metrics_of, ratio_metric
from .servers import fauxqs, millraced, resident_bytes

# workload, what is compared, how many times the rival's rate is promised
COMPARED = (("send", "requests", 5), ("send-batch", "messages", 6), ("srd", "cycles", 4),
            ("srd-batch", "messages", None))


def measure_load(settings: Settings, record: Record) -> None:
    rounds, seconds = (2, "0.5") if settings.quick else (5, "2")
    record.parameter("rounds", rounds)
    record.parameter("seconds", seconds)
    runs: dict[tuple[str, str], list[dict]] = {}
    for _ in range(rounds):
        for workload, _, _ in COMPARED:
            # Fresh servers each time: what one run left behind must not slow the next.
            for start in (lambda: millraced(settings), fauxqs):
                with start() as server:
                    outcome = server.load(settings, workload, "--connections", "16",
                                          "--seconds", seconds)
                    runs.setdefault((server.name, workload), []).append(outcome)
    for (name, workload), of_kind in runs.items():
        metrics_of(record, f"{name}.{workload.replace('-', '_')}", of_kind)
    for workload, what, promised in COMPARED:
        name = f"{workload.replace('-', '_')}_per_fauxqs"
        ratio = ratio_metric(record, name, runs["millraced", workload], runs["fauxqs", workload],
                             what, True)
        if promised is not None:
            record.goal(name, ratio, ">=", promised)


def measure_rest(settings: Settings, record: Record) -> None:
    """Start, idle memory, and receiving from a deep queue."""
    depth, drain = ("10000", "500") if settings.quick else ("100000", "2000")
    for start in (lambda: millraced(settings), fauxqs):
        starts, idle = [], []
        for _ in range(3):
            with start() as server:
                starts.append(server.first_answer_ms)
                idle.append(resident_bytes(server.process.pid) / 1e6)
                name = server.name
        record.metric(f"{name}.first_answer_ms", starts, "ms", "lower")
        record.metric(f"{name}.idle_resident_megabytes", idle, "MB", "lower")
        with start() as server:
            deep = server.load(settings, "backlog", "--backlog", depth, "--cycles", drain)
        record.metric(f"{name}.backlog_{depth}.cycles_per_second", deep["cycles_per_second"],
                      "1/s", "higher")


def measure(settings: Settings, record: Record) -> None:
    record.parameter("connections", 16)
    record.parameter("body_bytes", 1024)
    record.parameter("processors", "all shared")
    record.note("CLOSED LOOP: service times, not what an open load would see.")
    measure_load(settings, record)
    measure_rest(settings, record)


run = recorded("rivals", measure)
