"""capacity: what long polls that wait, idle connections and empty queues weigh by the thousand."""
import statistics
import tempfile
import time

from .common import Record, Settings, recorded, run_json
from .parked import Idle, Parked, by_tls, connections_possible, percentile
from .servers import Server, free_port, millraced, resident_bytes

POLLS = 18_000
TLS_CONNECTIONS = 2_000  # each end's handshakes are made one after the other
QUEUES = 1_000_000


def server_for(settings: Settings, connections: int) -> Server:
    return millraced(settings, None, "--connections-max", str(connections + 10))


def measure_polls(settings: Settings, record: Record) -> None:
    wanted = 6_000 if settings.quick else POLLS
    count = connections_possible(wanted)
    rounds, messages = (1, 100) if settings.quick else (3, 1000)
    record.parameter("polls", count)
    record.parameter("poll_rounds", rounds)
    if count < wanted:
        record.note(f"{count} polls instead of {wanted}: the limit of open files.")
    weights, woken, middle = [], [], []
    for _ in range(rounds):
        with server_for(settings, count) as server:
            before = resident_bytes(server.process.pid)
            with Parked(server.port, count) as polls:
                polls.await_parked()
                time.sleep(0.5)
                weights.append((resident_bytes(server.process.pid) - before) / count)
                took = polls.wake(messages)
                woken.append(percentile(took, 0.99))
                middle.append(statistics.median(took))
    record.goal("resident_bytes_per_parked_poll",
                record.metric("resident_bytes_per_parked_poll", weights, "B", "lower", True), "<=", 4096)
    record.metric("wake_ms_p50", middle, "ms", "lower")
    record.goal("wake_ms_p99", record.metric("wake_ms_p99", woken, "ms", "lower", True), "<=", 5)
    record.note("wake_ms is from before the send to the delivery at the poll, which then waits again; every "
                "message woke exactly one of them.")


def measure_idle(settings: Settings, record: Record) -> None:
    count = connections_possible(6_000 if settings.quick else POLLS)
    with server_for(settings, count) as server:
        before = resident_bytes(server.process.pid)
        with Idle(server.port, count):
            record.metric("resident_bytes_per_idle_connection",
                          (resident_bytes(server.process.pid) - before) / count, "B", "lower")
    record.note("An idle connection has had one request answered and is kept alive.")


def measure_tls(settings: Settings, record: Record) -> None:
    count = connections_possible(500 if settings.quick else TLS_CONNECTIONS)
    record.parameter("tls_connections", count)
    for what, scene in (("idle_connection", Idle), ("parked_poll", Parked)):
        port = free_port()
        with millraced(settings, None, "--connections-max", str(count + 10), "--tls-self-signed",
                       "--tls-port", str(port)) as server:
            with Idle(server.port, 10, by_tls(port)):  # what the first connection costs is not theirs
                pass
            before = resident_bytes(server.process.pid)
            with scene(server.port, count, by_tls(port)) as connections:
                if what == "parked_poll":
                    connections.await_parked()
                time.sleep(1.5)  # what the last turns used goes back to the system
                record.metric(f"resident_bytes_per_{what}.tls",
                              (resident_bytes(server.process.pid) - before) / count, "B", "lower")


def measure_queues(settings: Settings, record: Record) -> None:
    count = 50_000 if settings.quick else QUEUES
    rounds = 1 if settings.quick else 3
    record.parameter("queues", count)
    record.parameter("queue_rounds", rounds)
    command = [settings.program("perf", "queue_cycle"), "--mode", "queues", "--count", str(count)]
    runs: dict[str, list[dict]] = {"memory": [], "os": [], "disk": []}
    for _ in range(rounds):
        runs["memory"].append(run_json(command))
        for level in ("os", "disk"):
            with tempfile.TemporaryDirectory(dir=settings.build_dir) as directory:
                runs[level].append(run_json(command + ["--data-dir", directory, "--level", level,
                                                       "--outstanding", "1024"]))
    for level, all_of_it in runs.items():
        record.metric(f"resident_bytes_per_queue.{level}",
                      [run["resident_per_queue"] for run in all_of_it], "B", "lower")
        record.metric(f"queues_created_per_second.{level}",
                      [run["queues_per_second"] for run in all_of_it], "1/s", "higher")
    main = runs["memory"]
    record.goal("resident_bytes_per_queue",
                statistics.median(run["resident_per_queue"] for run in main), "<=", 1024)
    record.goal("queues_created_per_second",
                statistics.median(run["queues_per_second"] for run in main), ">=", 50_000)
    record.goal("threads_and_files_of_the_queues",
                max(run["threads_more"] + run["files_more"] for run in main), "<=", 0)
    record.metric("files_of_the_journal.disk", [run["files_more"] for run in runs["disk"]], "1")
    record.note("With a data directory the journal opens segments of 4 to 16 MiB as it grows; queues have no file "
                "of their own there either.")


def measure(settings: Settings, record: Record) -> None:
    measure_polls(settings, record)
    measure_idle(settings, record)
    measure_tls(settings, record)
    measure_queues(settings, record)


run = recorded("capacity", measure)
