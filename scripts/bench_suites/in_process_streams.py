"""Streams in one process, on one thread: bench_streams (Google Benchmark), by CPU time."""
from .common import Record, Settings, recorded, run_json

# its name there, its name here, headline
CASES = (("put_records/100", "put_records_100", True), ("read_records/10000", "read_records_10000", True),
         ("fan_out/20/manual_time", "fan_out_20", False))


def measure(settings: Settings, record: Record) -> None:
    rounds, seconds = (2, 0.05) if settings.quick else (7, 0.3)
    for name, value in (("record_bytes", 1024), ("rounds", rounds), ("seconds", seconds)):
        record.parameter(name, value)
    record.note("One thread puts, runs the lane and reads; rates are of its CPU time.")
    record.note("fan_out_20: batches of 100 are put and read in place by 20 cursors; each delivery counts.")
    answer = run_json([settings.program("bench", "bench_streams"), "--benchmark_format=json",
                       f"--benchmark_min_time={seconds}", f"--benchmark_repetitions={rounds}",
                       "--benchmark_enable_random_interleaving=true",
                       "--benchmark_filter=^(" + "|".join(name for name, _, _ in CASES) + ")$"])
    for theirs, ours, headline in CASES:
        rates = [run["items_per_second"] for run in answer["benchmarks"]
                 if run["run_type"] == "iteration" and run["run_name"] == theirs]
        record.metric(f"{ours}.records_per_second", rates, "1/s", "higher", headline)


run = recorded("stream_cycle", measure)
