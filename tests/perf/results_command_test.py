"""millrace results and millrace doctor, as a user calls them.
Usage: results_command_test.py MILLRACE REPORT_EXAMPLE"""
import csv
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = sys.argv.pop(2)
PROGRAM = sys.argv.pop(1)


def run(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          check=False, timeout=60)


class Results(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.kept = pathlib.Path(scratch.name) / "kept"
        cls.ids = [subprocess.run([EXAMPLE, str(cls.kept)], capture_output=True, text=True,
                                  check=True).stdout.strip() for _ in range(2)]

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name) / "results"
        shutil.copytree(self.kept, self.root)

    def results(self, *arguments):
        return run("results", "--results", self.root, *arguments)

    def test_the_records_of_the_repository_are_listed_shown_and_in_order(self):
        committed = ROOT / "results"
        lines = (committed / "index.jsonl").read_text().splitlines()
        listed = run("results", "--results", committed, "list").stdout.splitlines()
        self.assertEqual([line.split()[0] for line in listed], [json.loads(x)["id"] for x in lines])
        self.assertEqual(run("results", "--results", committed, "check").stdout, "")
        shown = run("results", "--results", committed, "show", "latest:http")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("metrics\n", shown.stdout)

    def test_list_chooses_by_suite_trust_and_age(self):
        self.assertEqual(len(self.results("list").stdout.splitlines()), 2)
        self.assertIn(self.ids[1], self.results("list", "--last", "1").stdout)
        self.assertEqual(self.results("list", "--suite", "other").stdout, "")
        self.assertEqual(self.results("list", "--trust", "bad").returncode, 2)

    def test_show_has_intervals_and_what_was_withheld(self):
        shown = self.results("show", self.ids[0]).stdout
        self.assertIn("withheld: saturated", shown)
        self.assertRegex(shown, r"p99 [\d.]+ µs \[[\d.]+ µs, [\d.]+ µs\]")
        self.assertIn("missed, not gated", shown)

    def test_diff_says_why_it_is_no_verdict(self):
        done = self.results("diff", *self.ids)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("intervals overlap", done.stdout)
        self.assertIn("they ran at different times", done.stdout)
        self.assertNotIn("another workload", done.stdout)

    def test_tables_are_csv_and_json_lines_with_the_same_rows(self):
        for table in ("metrics", "points", "series", "percentiles"):
            text = self.results("export", "--what", table, self.ids[0]).stdout
            rows = list(csv.DictReader(io.StringIO(text)))
            objects = [json.loads(line) for line in self.results(
                "export", "--json", "--what", table, self.ids[0]).stdout.splitlines()]
            self.assertGreater(len(rows), 0, table)
            self.assertEqual(len(rows), len(objects), table)
            self.assertEqual(list(rows[0]), list(objects[0]), table)
            self.assertEqual(rows[0]["id"], self.ids[0])
        last = [row for row in objects if row["histogram"] == "send.half"][-1]
        self.assertEqual(last["percent"], 100)
        points = list(csv.DictReader(io.StringIO(
            self.results("export", "--what", "points", self.ids[0]).stdout)))
        self.assertEqual(points[-1]["withheld"], "saturated: the queue grew without end")
        self.assertEqual(points[-1]["ns"], "")
        self.assertEqual(len(list(csv.DictReader(io.StringIO(self.results("export").stdout)))), 2)

    def test_the_page_is_the_one_that_the_record_holds(self):
        page = (self.root / self.ids[0] / "report.html").read_text()
        self.assertEqual(self.results("html", self.ids[0]).stdout, page)
        target = self.root / "page.html"
        self.assertEqual(self.results("html", self.ids[0], "--out", target).returncode, 0)
        self.assertEqual(target.read_text(), page)
        self.assertEqual(self.results("html", self.ids[0], "--out", "/nowhere/x").returncode, 2)

    def change(self, name, changed, directory=None):
        path = self.root / (directory or self.ids[0]) / name
        content = json.loads(path.read_text())
        changed(content)
        path.write_text(json.dumps(content))

    def test_check_finds_what_was_altered(self):
        self.assertEqual(self.results("check").returncode, 0, self.results("check").stdout)
        trials = {
            "env_key is not": ("env.json", lambda env: env["identity"].update(cores="99")),
            "workload_sha256 is not": ("run.json", lambda run: run["parameters"].update(queue="x")),
            "and what was observed makes it": ("run.json", lambda run: (
                run["observed"].update(steal_percent=5), run["trust"].update(verdict="good"))),
            "outside of its interval": ("run.json", lambda run: run["points"][0]["percentiles"][0]
                                        ["interval"].update(low=1e12)),
            "is not above the one before": ("run.json", lambda run: run["points"][0]["percentiles"]
                                            .reverse()),
            "another id": ("run.json", lambda run: run.update(id="20200101T000000Z-00000000")),
            "not of millrace.run/1": ("run.json", lambda run: run.update(schema="x/2")),
        }
        for expected, (name, changed) in trials.items():
            with self.subTest(expected):
                self.setUp()
                self.change(name, changed)
                done = self.results("check")
                self.assertEqual(done.returncode, 1)
                self.assertIn(expected, done.stdout)
                self.assertIn(self.ids[0], done.stdout)
        self.setUp()
        shutil.rmtree(self.root / self.ids[1])
        self.assertIn("no directory", self.results("check").stdout)
        self.setUp()
        index = self.root / "index.jsonl"
        index.write_text(index.read_text().splitlines()[0] + "\n")
        self.assertIn(f"{self.ids[1]}: no line in index.jsonl", self.results("check").stdout)

    def test_bad_use_is_told(self):
        for arguments in ([], ["show"], ["show", "x"], ["diff", "2"], ["sho"],
                          ["export", "--what", "all"]):
            done = self.results(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertNotEqual(done.stderr + done.stdout, "")
        self.assertIn("the beginning of 2 runs", self.results("show", "2").stderr)


class Doctor(unittest.TestCase):
    def test_it_says_what_it_saw_in_both_forms(self):
        text = run("doctor", "--seconds", "0.2")
        self.assertIn(text.returncode, (0, 3))
        self.assertRegex(text.stdout, r"a run now would be: (good|suspect|invalid)\n$")
        done = run("doctor", "--seconds", "0.2", "--json")
        seen = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if seen["trust"] == "good" else 3)
        for finding in seen["findings"]:
            self.assertEqual(finding["advice"] == "", finding["level"] == "fine", finding)
        self.assertGreater(seen["record_ns"], 0)
        self.assertEqual(run("doctor", "--seconds", "0").returncode, 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
