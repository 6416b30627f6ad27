"""Topics in one process, on one thread: bench_topics (Google Benchmark), by CPU time."""
from .common import Record, Settings, recorded, run_json

# its name there, its name here, headline
CASES = (("publish/1/manual_time", "publish_10_to_1_queue", True),
         ("publish/10/manual_time", "publish_10_to_10_queues", True),
         ("publish_alone/10/manual_time", "publish_alone_to_10_queues", False),
         ("notify_alone/10/manual_time", "notify_alone_to_10_queues", False),
         ("send_alone/10/manual_time", "send_alone_to_10_queues", False))


def measure(settings: Settings, record: Record) -> None:
    rounds, seconds = (2, 0.05) if settings.quick else (7, 0.3)
    for name, value in (("message_bytes", 1024), ("notification_bytes", 1600), ("rounds", rounds),
                        ("seconds", seconds)):
        record.parameter(name, value)
    record.note("One thread publishes batches of ten, runs the lane and takes the messages out of the queues; "
                "rates are messages in queues, by its CPU time. `alone`: without taking them out; send_alone is as "
                "many sends of the same batches.")
    answer = run_json([settings.program("bench", "bench_topics"), "--benchmark_format=json",
                       f"--benchmark_min_time={seconds}", f"--benchmark_repetitions={rounds}",
                       "--benchmark_enable_random_interleaving=true",
                       "--benchmark_filter=^(" + "|".join(name for name, _, _ in CASES) + ")$"])
    for theirs, ours, headline in CASES:
        rates = [run["items_per_second"] for run in answer["benchmarks"]
                 if run["run_type"] == "iteration" and run["run_name"] == theirs]
        record.metric(f"{ours}.messages_per_second", rates, "1/s", "higher", headline)


run = recorded("topic_cycle", measure)
