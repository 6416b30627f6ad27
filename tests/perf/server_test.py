"""millrace_load against millraced, seconds long: correct answers, and ratios with room for a busy
machine. Usage: server_test.py BUILD_DIRECTORY"""
import pathlib
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from bench_suites.common import BenchError, Settings  # noqa: E402
from bench_suites.discard import discarding, request  # noqa: E402
from bench_suites.fanout import fan_out  # noqa: E402
from bench_suites.parked import Parked, connections_possible, percentile  # noqa: E402
from bench_suites.servers import millraced, resident_bytes  # noqa: E402
from bench_suites.stream_limits import QUICK_SECONDS, measure_limits  # noqa: E402
from bench_suites.streams import make_stream  # noqa: E402

SETTINGS = Settings(build_dir=pathlib.Path(sys.argv.pop(1)), results_dir=None, quick=True)


class LoadTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = millraced(SETTINGS)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def load(self, workload, *arguments):
        return self.server.load(SETTINGS, workload, "--warm-up-seconds", "0.1", *arguments)

    def test_no_workload_loses_doubles_or_alters_a_message(self):
        for workload in ("noop", "send", "send-batch", "srd", "srd-batch"):
            with self.subTest(workload):
                outcome = self.load(workload, "--seconds", "0.3")
                self.assertGreater(outcome["requests"], 100)
                checks = outcome["checks"]
                self.assertEqual([checks[c] for c in ("lost", "duplicated", "foreign", "errors")],
                                 [0, 0, 0, 0], checks["first_error"])

    def test_digests_are_those_of_the_bodies(self):
        self.assertGreater(self.load("send", "--seconds", "0.3")["checks"]["md5_checked"], 0)

    def test_bodies_of_the_smallest_and_a_large_size(self):
        for size in ("24", "20000"):
            outcome = self.load("srd", "--seconds", "0.2", "--body-bytes", size)
            self.assertEqual(outcome["checks"]["foreign"] + outcome["checks"]["lost"], 0)

    def test_a_send_costs_the_server_at_most_four_answers_that_do_nothing(self):
        def cost(workload):
            return self.load(workload, "--seconds", "0.5", "--connections",
                             "64")["server"]["cpu_us_per_request"]
        ratios = sorted(cost("send") / cost("noop") for _ in range(3))
        self.assertLess(ratios[1], 4)

    def test_receiving_does_not_slow_down_with_the_depth_of_the_queue(self):
        def cost(depth, *arguments):
            return self.load("backlog", "--backlog", str(depth),
                             *arguments)["server"]["cpu_us_per_request"]
        ratios = sorted(cost(50_000, "--cycles", "5000") /
                        cost(1000, "--cycles", "1000", "--rounds", "5") for _ in range(3))
        self.assertLess(ratios[1], 3)

    def test_the_generator_refuses_a_path_that_is_not_there(self):
        with self.assertRaisesRegex(BenchError, "status 404"):
            self.load("noop", "--noop-path", "/_millrace/nothing")

    def test_a_server_that_ends_ends_the_run(self):
        server = millraced(SETTINGS)
        command = [SETTINGS.program("perf", "millrace_load"), "--workload", "send", "--port",
                   str(server.port), "--seconds", "30"]
        run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            run.wait(0.5)
            self.fail("the run ended before its time")
        except subprocess.TimeoutExpired:
            server.stop()
        _, errors = run.communicate(timeout=20)
        self.assertEqual(run.returncode, 2, errors)


class FanoutTest(unittest.TestCase):
    def test_every_consumer_gets_every_record_in_order_beside_one_that_stops(self):
        for arguments in (["--records", "2000", "--stopped", "1"], ["--records", "100", "--rate", "1000"]):
            with self.subTest(arguments), millraced(SETTINGS) as server:
                outcome = fan_out(SETTINGS, server, 3, *arguments)
                self.assertEqual(outcome["delivered"], 3 * int(arguments[1]))
                self.assertGreater(outcome["server_cpu_seconds"], 0)
                if "--rate" in arguments:
                    self.assertGreater(outcome["propagation_ms"]["p99"], 0)

    def test_a_handler_that_discards_answers_as_the_real_one_does(self):
        for wire in ("json", "cbor"):
            with self.subTest(wire), discarding(SETTINGS) as server, socket.create_connection(
                    ("127.0.0.1", server.port), timeout=10) as connection:
                make_stream(server)
                connection.sendall(request(server, wire, [b"x"] * 3))
                answer = connection.recv(65536)
                self.assertTrue(answer.startswith(b"HTTP/1.1 200"), answer)
                self.assertIn(b"FailedRecordCount", answer)


class StreamLimitsTest(unittest.TestCase):
    def test_shards_and_consumers_get_what_limits_aws_says_and_not_more(self):
        for name, (value, rates, refused) in measure_limits(SETTINGS, QUICK_SECONDS).items():
            for rate in rates:
                with self.subTest(name):
                    self.assertLessEqual(rate, value)
                    self.assertGreater(rate, value / 4)  # whatever else the machine does
            if "consumer" not in name:
                self.assertGreater(refused, 0, name)


class ParkedTest(unittest.TestCase):
    def test_18000_polls_that_wait_weigh_4_kib_each_and_a_message_wakes_one(self):
        wanted = 18_000
        count = connections_possible(wanted)
        if count < wanted:
            print(f"only {count} of {wanted} polls: the limit of open files", file=sys.stderr)
        with millraced(SETTINGS, None, "--connections-max", "20000") as server:
            before = resident_bytes(server.process.pid)
            with Parked(server.port, count) as polls:
                polls.await_parked()
                time.sleep(0.3)  # a poll is folded 25 to 50 ms after it has begun
                each = (resident_bytes(server.process.pid) - before) / count
                # Whoever else uses the machine can only slow it down: the best of three.
                wake_ms = min(percentile(polls.wake(100), 0.99) for _ in range(3))
            self.assertLessEqual(each, 4096)
            self.assertLess(wake_ms, 5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
