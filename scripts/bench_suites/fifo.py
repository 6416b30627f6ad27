"""fifo: FIFO queues in process and through HTTP, single messages against batches of ten, deep queues
over many groups, and the rates of --limits aws."""

from .common import Record, Settings, recorded, run_json
from .http import metrics_of, placement, ratio_metric
from .servers import millraced, resident_bytes

GROUPS = "10000"
LIMIT = 300
PREFAULT = "3GiB"  # more than is sent in a run


def in_process(settings: Settings, record: Record) -> None:
    program = settings.program("perf", "queue_cycle")
    rounds = 2 if settings.quick else 7
    runs: dict[tuple[str, int, int], list[dict]] = {}
    for _ in range(rounds):
        for groups in ("0", GROUPS):
            for body in (64, 1024):
                for batch in (1, 10):
                    runs.setdefault((groups, body, batch), []).append(run_json(
                        [program, "--groups", groups, "--body-bytes", str(body), "--batch", str(batch),
                         "--warm-up-seconds", "0.2", "--seconds", "0.4"]))
    for (groups, body, batch), each in runs.items():
        name = f"in_process.{'standard' if groups == '0' else 'fifo'}.batch_{batch}.body_{body}"
        record.metric(f"{name}.messages_per_second", [r["messages_per_second"] for r in each], "1/s",
                      "higher")
        record.metric(f"{name}.cpu_ns_per_message",
                      [r["caller_cpu_ns_per_message"] + r["lane_cpu_ns_per_message"] for r in each],
                      "ns", "lower")
    for body in (64, 1024):
        record.metric(f"in_process.fifo.body_{body}.batch_per_single",
                      [b["messages_per_second"] / a["messages_per_second"]
                       for a, b in zip(runs[GROUPS, body, 1], runs[GROUPS, body, 10])],
                      "ratio", "higher")


def through_http(settings: Settings, record: Record, cpus, cpu) -> None:
    """Single sends and batches in turns, each run with a server of its own: what an earlier run left
    behind would be swept at the cost of the next."""
    rounds, seconds = (2, "0.4") if settings.quick else (5, "1")
    servers = {"": (), "prefaulted.": ("--pool-prefault", PREFAULT, "--memory-max", "8GiB")}
    for connections in ("1", "64"):
        for body, bound in (("64", 6), ("1024", 4)):
            runs: dict[tuple[str, str], list[dict]] = {}
            for _ in range(rounds):
                for kind, options in servers.items():
                    for workload in ("send", "send-batch"):
                        with millraced(settings, cpus, *options) as server:
                            runs.setdefault((kind, workload), []).append(server.load(
                                settings, workload, "--connections", connections, "--body-bytes", body,
                                "--groups", GROUPS, "--seconds", seconds, cpu=cpu))
            for kind in servers:
                compare(record, f"http.{kind}connections_{connections}.body_{body}",
                        runs[kind, "send"], runs[kind, "send-batch"], bound, connections == "1")


def compare(record: Record, name: str, single: list[dict], batch: list[dict], bound: int,
            one_sender: bool) -> None:
    metrics_of(record, f"{name}.send", single)
    metrics_of(record, f"{name}.send_batch", batch)
    if one_sender:  # neither side is the limit: what one sender sees
        ratio = record.metric(f"{name}.batch_per_single",
                              [b["messages_per_second"] / a["messages_per_second"]
                               for a, b in zip(single, batch)], "ratio", "higher", True)
    else:
        ratio = ratio_metric(record, f"{name}.batch_per_single", batch, single, "messages", True)
    record.goal(f"{name}.batch_per_single", ratio, ">=", bound)


def many_groups(settings: Settings, record: Record, cpus, cpu) -> None:
    deep, groups = (100_000, 10_000) if settings.quick else (10_000_000, 1_000_000)
    with millraced(settings, cpus) as server:
        shallow = server.load(settings, "backlog", "--backlog", "1000", "--cycles", "1000",
                              "--rounds", "60", "--body-bytes", "64", "--groups", "100", cpu=cpu)
        filled = server.load(settings, "backlog", "--backlog", str(deep), "--cycles", "20000",
                             "--rounds", "3", "--body-bytes", "64", "--groups", str(groups), cpu=cpu)
        record.metric(f"deep_{deep}.resident_bytes_per_message",
                      resident_bytes(server.process.pid, "VmHWM") / deep, "bytes", "lower")
    metrics_of(record, "shallow_1000", [shallow])
    metrics_of(record, f"deep_{deep}", [filled])
    slower = ratio_metric(record, f"shallow_per_deep_{deep}", [shallow], [filled], "cycles")
    record.goal("many_groups_slowdown", slower, "<=", 1.5)


def rates_of_aws(settings: Settings, record: Record, cpus, cpu) -> None:
    seconds = 2 if settings.quick else 10
    with millraced(settings, cpus, "--limits", "aws") as server:
        for workload, size in (("send", 1), ("send-batch", 10)):
            run = server.load(settings, workload, "--connections", "4", "--groups", GROUPS,
                              "--seconds", str(seconds), "--allow-throttling", cpu=cpu)
            off = run["messages_per_second"] / (LIMIT * size) - 1
            name = f"limits_aws.{workload.replace('-', '_')}"
            record.metric(f"{name}.messages_per_second", run["messages_per_second"], "1/s")
            record.metric(f"{name}.throttled_per_second", run["checks"]["throttled"] / seconds, "1/s")
            record.goal(f"{name}.off_by", record.metric(f"{name}.off_by", abs(off), "ratio", "lower"),
                        "<=", 0.01, gated=not settings.quick)


def measure(settings: Settings, record: Record) -> None:
    record.parameter("groups", GROUPS)
    record.note("CLOSED LOOP: service times, not what an open load would see.")
    in_process(settings, record)
    record.parameter("prefault", PREFAULT)
    record.note(f"`prefaulted` is the same server with --pool-prefault {PREFAULT}: what it keeps goes into memory "
                "that was touched at the start.")
    cpus, cpu = placement(record)
    through_http(settings, record, cpus, cpu)
    many_groups(settings, record, cpus, cpu)
    rates_of_aws(settings, record, cpus, cpu)


run = recorded("fifo", measure)
