"""The program `millrace bench` as a user runs it. Usage: bench_test.py MILLRACE MILLRACED"""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

MILLRACED = sys.argv.pop()
MILLRACE = sys.argv.pop()


def start(*arguments: str) -> subprocess.Popen:
    server = ["--server", MILLRACED] if "server" in arguments else []
    return subprocess.Popen([MILLRACE, "bench", *arguments, *server, "--json"],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(running: subprocess.Popen, *expected: int) -> dict:
    out, err = running.communicate(timeout=120)
    if running.returncode not in (expected or (0,)):
        raise AssertionError(f"exit {running.returncode}, not {expected}: {err}{out}")
    return json.loads(out) if running.returncode != 2 else {"error": err}


def bench(*arguments: str, expected: int = 0) -> dict:
    return finish(start(*arguments), expected)


def percentile(latency: dict, percent: float) -> float:
    return next(p["ns"] for p in latency["percentiles"] if p["percent"] == percent)


class BenchTest(unittest.TestCase):
    def test_every_target_and_service_loses_nothing(self):
        runs = {(target, service): start("--target", target, "--service", service, "--keys",
                                         "uniform:50", "--rate", "300", "--duration", "1s")
                for target in ("embed", "server") for service in ("queue", "fifo", "stream")}
        for what, running in runs.items():
            with self.subTest(what):
                result = finish(running, 0, 3)["results"][0]  # 3: the machine had no time for it
                self.assertGreater(result["accepted"], 300)
                self.assertEqual(result["delivered"], result["accepted"])
                self.assertEqual((result["lost"], result["duplicated"], result["out_of_order"],
                                  result["foreign"], result["errors"]), (0, 0, 0, 0, 0))
                if not result["saturated"]:
                    self.assertGreater(result["end_to_end"]["max_ns"], 0)

    def test_a_stall_of_two_seconds_is_seen_whole(self):
        """A quarter of the messages of 8 s comes in a stall of 2 s and waits for its end: an
        open-loop client's p99 is 2 s * (1 - 0.01 / 0.25) = 1.92 s."""
        truth_ns = 1.92e9
        common = ("--rate", "250", "--duration", "8s", "--warm-up", "500ms", "--arrivals",
                  "constant")
        whose = {"server": start("--target", "server", "--fault", "at 3s stall 2s server", *common),
                 "embed": start("--fault", "at 3s stall 2s server", *common),
                 "consumers": start("--fault", "at 3s stall 2s consumers", *common)}
        for who, running in whose.items():
            with self.subTest(who):
                result = finish(running)["results"][0]
                self.assertGreaterEqual(percentile(result["end_to_end"], 99), 0.95 * truth_ns)
                sends = percentile(result["send"], 99)
                if who == "consumers":
                    self.assertLess(sends, truth_ns / 2)
                else:
                    self.assertGreaterEqual(sends, 0.95 * truth_ns)
                self.assertEqual(result["lost"], 0)

    def test_a_workload_file_of_openmessaging_benchmark_runs(self):
        with tempfile.TemporaryDirectory() as folder:
            payload = pathlib.Path(folder, "payload.data")
            payload.write_bytes(bytes(range(100)))
            file = pathlib.Path(folder, "two-topics.yaml")
            file.write_text("name: two topics\ntopics: 2\npartitionsPerTopic: 3\n"
                            "messageSize: 100\npayloadFile: \"payload.data\"\n"
                            "keyDistributor: \"KEY_ROUND_ROBIN\"\nsubscriptionsPerTopic: 2\n"
                            "consumerPerSubscription: 2\nproducersPerTopic: 2\n"
                            "producerRate: 500\nconsumerBacklogSizeGB: 0\n"
                            "testDurationMinutes: 0.02\nwarmupDurationMinutes: 0.005\n")
            report = bench(str(file))
            self.assertEqual((report["workload"], report["service"]), ("two topics", "stream"))
            result = report["results"][0]
            self.assertEqual(result["delivered"], 2 * result["accepted"])
            file.write_text("topics: 1\nmesageSize: 100\n")
            self.assertIn("two-topics.yaml:2: unknown key 'mesageSize'",
                          bench(str(file), expected=2)["error"])

    def test_consumers_that_are_too_slow_are_saturation(self):
        result = bench("--consumers", "1", "--consumer-service", "10ms", "--rate", "200",
                       "--duration", "1s", expected=3)["results"][0]
        self.assertTrue(result["saturated"])
        self.assertNotIn("percentiles", result["end_to_end"])

    def test_the_greatest_rate_is_what_consumers_can_do(self):
        report = bench("--find-max", "--consumers", "2", "--consumer-service", "5ms", "--duration",
                       "500ms", "--warm-up", "100ms", "--slo", "p50<1s")
        self.assertLess(report["max_rate"], 480)
        self.assertGreater(report["max_rate"], 200)

    def test_a_record_is_written_that_the_results_command_can_check(self):
        with tempfile.TemporaryDirectory() as folder:
            bench("--sweep", "200,400", "--duration", "1s", "--record", folder)
            (run,) = pathlib.Path(folder).glob("*/run.json")
            points = json.loads(run.read_text())["points"]
            self.assertEqual([p["series"] for p in points], ["end_to_end", "send"] * 2)
            self.assertTrue((run.parent / "end_to_end.hlog").read_text())
            self.assert_series(run.parent)
            done = subprocess.run([MILLRACE, "results", "--results", folder, "check"],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def assert_series(self, record):
        """Two runs of a second: what they did, how the machine was, and the time line of it."""
        with (record / "series.csv").open() as file:
            rows = [{name: float(cell) for name, cell in row.items()} for row in csv.DictReader(file)]
        self.assertEqual(len(rows), 2)
        for row, rate in zip(rows, (200, 400)):
            self.assertAlmostEqual(row["row_s"], 1, delta=0.3)
            self.assertAlmostEqual(row["offered"], rate, delta=0.5 * rate)
            self.assertGreater(row["done"], 0.5 * row["offered"])
            self.assertGreater(row["p99_ns"], row["p50_ns"])
            self.assertGreater(row["resident_bytes"], 1e6)
            self.assertIn(row["contaminated"], (0, 1))
        self.assertGreater(rows[1]["at_s"], rows[0]["at_s"] + 0.9)
        series = json.loads((record / "run.json").read_text())["series"]
        self.assertEqual(series, {"rows": 2, "contaminated": sum(row["contaminated"] for row in rows)})
        report = (record / "report.html").read_text()
        for part in ("Time line", "Latency over time", "How the machine was disturbed", "% stolen"):
            self.assertIn(part, report)

    def test_what_cannot_be_is_said_with_exit_code_2(self):
        for arguments, word in (
                (["no-such-preset"], "presets:"),
                (["--target", "http://example.org:80"], "numeric IPv4"),
                (["--target", "http://127.0.0.1:1", "--rate", "1"], "cannot connect"),
                (["--target", "http://127.0.0.1:1", "--duration", "8s", "--rate", "1", "--fault",
                  "at 1s stall 1s server"], "needs --target"),
                (["--service", "fifo"], "message groups"),
                (["--size", "5"], "at least 24 bytes"),
                (["--fault", "at 9m stall 1s"], "does not end"),
                (["--rate", "1", "--find-max"], "excludes"),
                (["--rate", "-1"], "rate"),
                (["--frobnicate"], "not expected")):
            with self.subTest(arguments):
                self.assertIn(word, bench(*arguments, expected=2)["error"])
        for arguments in ([], ["frobnicate"]):
            done = subprocess.run([MILLRACE, *arguments], capture_output=True, text=True,
                                  check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn("bench", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
