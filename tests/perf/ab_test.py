"""millrace ab on commands whose costs are known, and on builds. Usage: ab_test.py MILLRACE BUILD"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv.pop(2))
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
        """A build whose queue_cycle tells a third more than it is."""
        directory = pathlib.Path(scratch) / "head"
        (directory / "perf").mkdir(parents=True)
        program = directory / "perf" / "queue_cycle"
        program.write_text(f"#!{sys.executable} -S\nimport json, subprocess, sys\n"
                           f"seen = json.loads(subprocess.check_output(['{BUILD}/perf/queue_cycle',"
                           " *sys.argv[1:]]))\n"
                           "seen['caller_cpu_ns_per_message'] *= 1.33\nprint(json.dumps(seen))\n")
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
            self.assertGreater(figures[f"{name}.change"]["value"], 10)
            self.assertLess(figures[f"{name}.p"]["value"], 0.01)
            self.assertFalse(run["goals"][0]["met"])
            self.assertNotIn(scratch, json.dumps(run))


if __name__ == "__main__":
    unittest.main(verbosity=2)
