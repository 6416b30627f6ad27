"""millrace ab on commands whose costs are known, and on builds. Usage: ab_test.py MILLRACE BUILD"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import jsonschema

SCHEMA = json.loads((pathlib.Path(__file__).resolve().parents[2] / "results/ab.schema.json").read_text())
BUILD = pathlib.Path(sys.argv.pop(2)).resolve()
PROGRAM = sys.argv.pop(1)


def work(rounds: int) -> str:
    return f"{sys.executable} -S -c pass;exec('for_i_in_range({rounds}):pass'.replace('_',chr(32)))"


def ab(*arguments):
    return subprocess.run([PROGRAM, "ab", "--quiet", *map(str, arguments)], capture_output=True,
                          text=True, check=False, timeout=200)


def compare(base: str, head: str, *arguments: str):
    return ab("--commands", "--base", base, "--head", head, "--pairs", "12", "--again", "0",
              *arguments)


class AbTest(unittest.TestCase):
    def assert_ended(self, done, code):
        """With `code`, or as invalid when the host took the processor away meanwhile."""
        if done.returncode == 3:
            self.assertIn("percent of processor time stolen", done.stdout)
        else:
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)


class Commands(AbTest):
    def test_twice_the_work_is_a_regression_and_half_of_it_is_not(self):
        small, large = work(500_000), work(4_000_000)
        done = compare(small, large)
        self.assert_ended(done, 1)
        self.assertIn("REGRESSION", done.stdout)
        done = compare(large, small)
        self.assert_ended(done, 0)
        self.assertIn("better", done.stdout)

    def test_the_same_command_twice_is_no_regression(self):
        done = compare(work(500_000), work(500_000), "--median-percent", "10")
        self.assert_ended(done, 0)
        self.assertIn("no change found", done.stdout)

    def test_json_has_every_measurement_and_the_verdict_by_its_schema(self):
        done = compare(work(500_000), work(4_000_000), "--json")
        answer = json.loads(done.stdout)
        jsonschema.validate(answer, SCHEMA)
        self.assertEqual(answer["exit_code"], done.returncode)
        self.assertIsNone(answer["record"])
        self.assertEqual(answer["rule"]["pairs"], 12)
        row = answer["rows"][0]
        self.assertEqual((row["verdict"], row["confirmed"]), ("regression", True))
        self.assertEqual(len(row["base"]["measurements"]), 12)
        self.assertGreater(row["interval_95_percent"][0], 3)

    def test_json_of_a_calibration(self):
        done = ab("--calibrate", "1", "--pairs", "8", "--json")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual((answer["schema"], answer["comparisons"]), ("millrace.ab_calibration/1", 1))
        self.assertEqual(answer["good"], done.returncode == 0)
        self.assertLessEqual(answer["quiet_found"], min(answer["quiet"], answer["found"]))

    def test_a_command_that_fails_or_is_missing_is_an_error(self):
        self.assertEqual(compare("false", "true").returncode, 2)
        self.assertEqual(compare("true", "millrace-no-such-program").returncode, 2)

    def test_bad_use_is_told(self):
        for arguments in ([], ["--base", "x"], ["--base", BUILD, "--head", "/nowhere"],
                          ["--commands"], ["--calibrate", "0"],
                          ["--base", BUILD, "--head", BUILD, "--suite", "all"],
                          ["--base", BUILD, "--head", BUILD, "--calibrate", "3"]):
            done = ab(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertNotEqual(done.stderr, "", arguments)


class Builds(AbTest):
    def slowed(self, scratch: str) -> pathlib.Path:
        """A build whose queue_cycle tells four times what it is: more than any machine's noise."""
        directory = pathlib.Path(scratch) / "head"
        (directory / "perf").mkdir(parents=True)
        program = directory / "perf" / "queue_cycle"
        program.write_text(f"#!{sys.executable} -S\nimport json, subprocess, sys\n"
                           f"seen = json.loads(subprocess.check_output(['{BUILD}/perf/queue_cycle',"
                           " *sys.argv[1:]]))\n"
                           "seen['caller_cpu_ns_per_message'] *= 4\nprint(json.dumps(seen))\n")
        program.chmod(0o755)
        return directory

    def test_a_slower_build_fails_the_gate_and_leaves_a_record(self):
        with tempfile.TemporaryDirectory() as scratch:
            done = ab("--base", BUILD, "--head", self.slowed(scratch), "--suite", "quick", "--pairs",
                      "10", "--again", "0", "--out", f"{scratch}/results")
            self.assert_ended(done, 1)
            self.assertIn("REGRESSION", done.stdout)
            run = json.loads(next(pathlib.Path(scratch).glob("results/*/run.json")).read_text())
            figures = {each["name"]: each for each in run["metrics"]}
            name = "cycle.cpu_ns_per_message"
            self.assertEqual(len(figures[f"{name}.base"]["samples"]), 10)
            self.assertGreater(figures[f"{name}.change"]["value"], 100)
            self.assertLess(figures[f"{name}.p"]["value"], 0.01)
            self.assertFalse(run["goals"][0]["met"])
            self.assertNotIn(scratch, json.dumps(run))

    def test_a_tenth_more_is_a_regression_and_a_fiftieth_is_not(self):
        with tempfile.TemporaryDirectory() as scratch:
            costs = {"base": 100, "tenth": 110, "fiftieth": 102}
            for name, cost in costs.items():
                program = pathlib.Path(scratch) / name / "perf" / "queue_cycle"
                program.parent.mkdir(parents=True)
                program.write_text(f"#!{sys.executable} -S\nimport os\ncost = {cost} + os.getpid() % 5 / 5\n"
                                   "print(f'{{\"caller_cpu_ns_per_message\": {cost}, '\n"
                                   "      '\"drain_cpu_ns_per_message\": 90}')\n")
                program.chmod(0o755)

            def compared(head: str):
                return ab("--base", f"{scratch}/base", "--head", f"{scratch}/{head}", "--suite",
                          "quick", "--pairs", "10", "--again", "0")
            self.assert_ended(compared("tenth"), 1)
            self.assert_ended(compared("fiftieth"), 0)

    def test_a_part_that_cannot_be_measured_is_named(self):
        with tempfile.TemporaryDirectory() as scratch:
            build = pathlib.Path(scratch)
            (build / "perf").mkdir()
            program = build / "perf" / "queue_cycle"
            program.write_text(f"#!{sys.executable} -S\nprint('{{\"caller_cpu_ns_per_message\": 100, "
                               "\"drain_cpu_ns_per_message\": 90}')\n")
            program.chmod(0o755)
            done = ab("--base", build, "--head", build, "--pairs", "8", "--again", "0", "--json")
        self.assertIn(done.returncode, (0, 1, 3), done.stderr)
        answer = json.loads(done.stdout)
        jsonschema.validate(answer, SCHEMA)
        self.assertEqual(len(answer["rows"]), 4)
        self.assertEqual(answer["not_measured"], ["a build has no server/millraced: rows of HTTP",
                                                  "a build has no bench/hot_paths: rows of instructions"])

    @unittest.skipUnless((BUILD / "server" / "millraced").exists(), "millraced is not built")
    def test_servers_are_compared_by_their_cpu_time(self):
        done = ab("--suite", "http", "--base", BUILD, "--head", BUILD, "--pairs", "8", "--again", "0",
                  "--json")
        self.assertIn(done.returncode, (0, 1, 3), done.stderr)
        answer = json.loads(done.stdout)
        jsonschema.validate(answer, SCHEMA)
        costs = {row["name"]: row["head"]["median"] for row in answer["rows"]}
        self.assertEqual(set(costs), {"http_send.server_cpu_ns_per_message",
                                      "http_cycle.server_cpu_ns_per_message"})
        self.assertGreater(costs["http_send.server_cpu_ns_per_message"], 500)
        self.assertGreater(costs["http_cycle.server_cpu_ns_per_message"],
                           costs["http_send.server_cpu_ns_per_message"])
        self.assertEqual(ab("--suite", "http", "--base", BUILD, "--head", "/nowhere").returncode, 2)


HOT_PATHS = r"""
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char** argv) {
  if (argc == 1) return puts("same 10000\nchanged 10000") < 0;
  long rounds = atol(argv[2]) * (argv[1][0] == 'c' ? COST : 1000);
  for (volatile long i = 0; i < rounds / 100; ++i) {}
  return 0;
}
"""


@unittest.skipUnless(shutil.which("valgrind") and shutil.which("cc"), "needs valgrind and a compiler")
class Instructions(unittest.TestCase):
    """Builds whose only program is a loop of known length."""
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.builds = {}
        for cost in (1000, 1010):
            build = cls.builds[cost] = pathlib.Path(scratch.name) / str(cost)
            (build / "bench").mkdir(parents=True)
            source = build / "hot_paths.c"
            source.write_text(HOT_PATHS)
            subprocess.run(["cc", "-O1", f"-DCOST={cost}", source, "-o", build / "bench" / "hot_paths"],
                           check=True)

    def compare(self, base: int, head: int, *arguments):
        return ab("--suite", "instructions", "--base", self.builds[base], "--head", self.builds[head],
                  *arguments)

    def test_one_percent_more_is_found_and_what_is_the_same_is_not(self):
        done = self.compare(1000, 1010, "--json")
        answer = json.loads(done.stdout)
        jsonschema.validate(answer, SCHEMA)
        self.assertIn(done.returncode, (1, 3))
        rows = {row["name"]: row for row in answer["rows"]}
        self.assertEqual(rows["same.instructions"]["verdict"], "no_change_found")
        changed = rows["changed.instructions"]
        self.assertEqual((changed["verdict"], changed["confirmed"]), ("regression", True))
        self.assertAlmostEqual(changed["change_percent"], 1, delta=0.05)

    def test_one_percent_less_is_better(self):
        done = self.compare(1010, 1000)
        self.assertIn(done.returncode, (0, 3))
        self.assertRegex(done.stdout, r"changed.instructions .* exact .* better")

    def test_a_build_without_hot_paths_is_an_error_here(self):
        done = ab("--suite", "instructions", "--base", self.builds[1000], "--head", "/nowhere")
        self.assertEqual(done.returncode, 2)
        self.assertIn("bench/hot_paths", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
