"""Streams in one process, on one thread: bench_streams (Google Benchmark), by CPU time; and cursors
beside the bare ring."""
import statistics

from .common import Record, Settings, recorded, run_json

# its name there, its name here, headline
CASES = (("put_records/100", "put_records_100", True), ("read_records/10000", "read_records_10000", True),
         ("fan_out/20/manual_time", "fan_out_20", False))
READERS = (1, 5, 20, 50)
PROMISED = 0.6


def beside_the_ring(record: Record, rates: dict[str, list[float]]) -> None:
    for readers in READERS:
        rate = {}
        for theirs, ours in (("fan_out_reading", "cursors"), ("ring_fan_out_reading", "ring")):
            rate[ours] = rates[f"{theirs}/{readers}/manual_time"]
            record.metric(f"reading.{ours}_{readers}.records_per_second", rate[ours], "1/s", "higher")
        ratio = record.metric(f"reading.cursors_per_ring_{readers}",
                              statistics.median(rate["cursors"]) / statistics.median(rate["ring"]), "ratio",
                              "higher", readers == 20)
        record.goal(f"reading.cursors_per_ring_{readers}", ratio, ">=", PROMISED)


def measure(settings: Settings, record: Record) -> None:
    rounds, seconds = (2, 0.05) if settings.quick else (7, 0.3)
    for name, value in (("record_bytes", 1024), ("rounds", rounds), ("seconds", seconds)):
        record.parameter(name, value)
    record.note("One thread puts, runs the lane and reads; rates are of its CPU time.")
    record.note("fan_out_20: batches of 100 are put and read in place by 20 cursors; each delivery counts.")
    record.note("reading: what 1 to 50 readers take of batches of 100, by the CPU time of reading alone; cursors of a "
                "shard and the bare broadcast ring in turns, every reader looks at all of each record.")
    record.note("propagation: from before the put of a record to its view by each of so many cursors, one after the "
                "other, on the same thread.")
    propagation = [f"propagation/{readers}" for readers in READERS]
    reading = [f"{name}/{readers}/manual_time" for name in ("fan_out_reading", "ring_fan_out_reading")
               for readers in READERS]
    answer = run_json([settings.program("bench", "bench_streams"), "--benchmark_format=json",
                       f"--benchmark_min_time={seconds}", f"--benchmark_repetitions={rounds}",
                       "--benchmark_enable_random_interleaving=true",
                       "--benchmark_filter=^(" + "|".join([*(name for name, _, _ in CASES), *reading,
                                                          *propagation]) + ")$"])
    rates: dict[str, list[float]] = {}
    for one in answer["benchmarks"]:
        if one["run_type"] == "iteration":
            rates.setdefault(one["run_name"], []).append(one["items_per_second"])
    for theirs, ours, headline in CASES:
        record.metric(f"{ours}.records_per_second", rates[theirs], "1/s", "higher", headline)
    beside_the_ring(record, rates)
    for readers in READERS:
        for percentile in ("p50", "p99"):
            record.metric(f"propagation.cursors_{readers}.ns_{percentile}",
                          [one[f"{percentile}_ns"] for one in answer["benchmarks"] if one["run_type"] == "iteration"
                           and one["run_name"] == f"propagation/{readers}"], "ns", "lower")


run = recorded("stream_cycle", measure)
