"""queue_cycle: send, receive and delete through the C++ API in one process."""
import os
import shutil

from .cachegrind import instructions
from .common import Record, Settings, recorded, run_json

# name, arguments, may run as a SCHED_FIFO burst (one producer on its own processor)
CYCLES = [
    (f"{threading}.batch_{batch}.body_{body}.producers_{producers}",
     ["--threading", threading, "--batch", str(batch), "--body-bytes", str(body),
      "--producers", str(producers)], producers == 1)
    for threading, producers in (("own", 1), ("own", 2), ("none", 1))
    for body in (1024, 64) for batch in (1, 10)
]
SYNCHRONOUS = [(f"sync.batch_{batch}.body_1024",
                ["--mode", "sync", "--batch", str(batch)], True) for batch in (1, 10)]


def burst(arguments: list[str], realtime: bool) -> list[str]:
    if realtime and os.cpu_count() > 1:
        return arguments + ["--realtime", "--warm-up-seconds", "0.2", "--seconds", "0.3"]
    return arguments + ["--warm-up-seconds", "0.3", "--seconds", "0.7"]


def measure_cycles(settings: Settings, record: Record, program: str) -> None:
    rounds = 2 if settings.quick else 7
    record.parameter("rounds", rounds)
    samples: dict[str, list[dict]] = {}
    for _ in range(rounds):  # all configurations in turns, so that drift meets each alike
        for name, arguments, realtime in CYCLES + SYNCHRONOUS:
            samples.setdefault(name, []).append(run_json([program, *burst(arguments, realtime)]))
    for name, runs in samples.items():
        headline = name in ("own.batch_1.body_1024.producers_1",
                            "own.batch_10.body_1024.producers_1")
        record.metric(f"{name}.cycles_per_second", [r["cycles_per_second"] for r in runs], "1/s",
                      "higher", headline and "batch_1." in name)
        record.metric(f"{name}.messages_per_second", [r["messages_per_second"] for r in runs],
                      "1/s", "higher", headline and "batch_10" in name)
        record.metric(f"{name}.cpu_ns_per_message",
                      [r["caller_cpu_ns_per_message"] + r["lane_cpu_ns_per_message"]
                       for r in runs], "ns", "lower")
    main = samples["own.batch_1.body_1024.producers_1"]
    if all("core_round_trip_ns" in r for r in main):
        record.metric("core_round_trip_ns", [r["core_round_trip_ns"] for r in main], "ns")
        record.note("core_round_trip_ns was measured just before each run of "
                    "own.batch_1.body_1024.producers_1, in the same order: where it is large, the "
                    "host keeps the two virtual processors far apart.")
    realtime = all(r["realtime"] for r in main)
    if not realtime:
        record.note("SCHED_FIFO was not permitted: rates are reported, not gated.")
    goal_of(record, "own.batch_1.body_1024.producers_1.cycles_per_second", 1e6, realtime)
    goal_of(record, "own.batch_10.body_1024.producers_1.messages_per_second", 3e6, realtime)


def goal_of(record: Record, name: str, bound: float, gated: bool) -> None:
    value = next(m["value"] for m in record.content["metrics"] if m["name"] == name)
    record.goal(name, value, ">=", bound, gated)


def measure_calls(record: Record, program: str) -> None:
    """0 allocations and 0 system calls a message: exact without threads, and beside a lane's thread
    for all calls but those by which a thread without work waits."""
    for threading in ("none", "own"):
        for batch in ("1", "10"):
            run = run_json([program, "--threading", threading, "--batch", batch, "--count-calls",
                            "--seconds", "0.7"])
            name = f"{threading}.batch_{batch}"
            record.metric(f"{name}.allocations", run["allocations"], "count", "lower")
            record.goal(f"{name}.allocations", run["allocations"], "<=", 0)
            if "system_calls" not in run:
                record.note("Tracing is forbidden here: system calls were not counted.")
                continue
            other = run["system_calls"] - run["system_calls_to_wait"]
            record.metric(f"{name}.system_calls_for_messages", other, "count", "lower")
            record.goal(f"{name}.system_calls_for_messages", other, "<=", 0)
            record.metric(f"{name}.system_calls_to_wait_per_message",
                          run["system_calls_to_wait"] / (run["messages_per_second"]
                                                         * run["seconds"]), "count", "lower")


def backlog_instructions(program: str, depth: int, drain: int) -> int:
    return instructions([program, "--mode", "backlog", "--threading", "none", "--depth", str(depth),
                         "--drain", str(drain)])


def measure_backlog(settings: Settings, record: Record, program: str) -> None:
    deep = 100_000 if settings.quick else 1_000_000
    rounds = 2 if settings.quick else 5
    runs: dict[tuple[str, int], list[dict]] = {}
    for _ in range(rounds):
        for threading in ("own", "none"):
            for depth in (1000, deep):
                runs.setdefault((threading, depth), []).append(
                    run_json([program, "--mode", "backlog", "--threading", threading,
                              "--realtime", "--depth", str(depth), "--drain", "20000"]))
    for (threading, depth), of_kind in runs.items():
        record.metric(f"backlog.{threading}.depth_{depth}.receive_delete_ns",
                      [r["drain_ns_per_message"] for r in of_kind], "ns", "lower")
    for threading in ("own", "none"):
        slower = [b["drain_ns_per_message"] / a["drain_ns_per_message"]
                  for a, b in zip(runs[threading, 1000], runs[threading, deep])]
        name = f"backlog.{threading}.slowdown_at_{deep}"
        record.goal(name, record.metric(name, slower, "ratio", "lower"), "<=", 2.5)
    weight = [r["resident_per_payload"] for r in runs["own", deep]]
    record.goal(f"backlog.resident_per_payload_at_{deep}",
                record.metric(f"backlog.resident_per_payload_at_{deep}", weight, "ratio", "lower",
                              True), "<=", 1.25)


def measure_instructions(settings: Settings, record: Record, program: str) -> None:
    if shutil.which("valgrind") is None:
        record.note("valgrind is not installed: instructions were not counted.")
        return
    deep = 100_000 if settings.quick else 1_000_000
    drain = 1000
    cost = {}
    for depth in (1000, deep):
        cost[depth] = (backlog_instructions(program, depth, drain)
                       - backlog_instructions(program, depth, 0)) / drain
        record.metric(f"backlog.depth_{depth}.instructions_per_message", cost[depth],
                      "instructions", "lower")
    ratio = cost[deep] / cost[1000]
    record.metric("backlog.instructions_ratio", ratio, "ratio", "lower")
    record.goal("backlog.instructions_ratio", ratio, "<=", 1.10)


def measure(settings: Settings, record: Record) -> None:
    program = settings.program("perf", "queue_cycle")
    record.parameter("outstanding", 64)
    record.parameter("lanes", 1)
    record.note("A cycle is one send, one receive and one delete call; in sync one call is in flight.")
    measure_cycles(settings, record, program)
    measure_calls(record, program)
    measure_backlog(settings, record, program)
    measure_instructions(settings, record, program)


run = recorded("queue_cycle", measure)
