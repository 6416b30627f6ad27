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

    def make_good(self, number, *samples, **facts):
        """Gives a record a good verdict, and its headline these measurements."""
        self.change("run.json", lambda run: (
            run["trust"].update(verdict="good", reasons=[]), run["source"].update(modified=False),
            run["observed"].update(steal_percent=0, pressure_percent=0),
            run["metrics"][0].update(samples=list(samples), value=samples[0]),
            run.update(facts)), self.ids[number])
        if "env_key" in facts:
            self.change("env.json", lambda env: env["identity"].update(cores="99"),
                        self.ids[number])
        index = self.root / "index.jsonl"
        lines = [json.loads(line) for line in index.read_text().splitlines()]
        lines[number].update(facts, trust="good")
        index.write_text("".join(json.dumps(line) + "\n" for line in lines))

    def accepted(self):
        return [json.loads(path.read_text()) for path in (self.root / "baselines").glob("*.json")]

    def test_a_good_record_is_accepted_and_those_that_follow_are_held_against_it(self):
        self.make_good(0, 100.0, 100.5, 99.5, 100.2, 99.8)
        self.assertEqual(self.results("check", "--baselines").returncode, 3)
        done = self.results("accept", self.ids[0], "--reason", "the first")
        self.assertEqual(done.returncode, 0, done.stderr)
        kept, = self.accepted()
        self.assertEqual(kept["baselines"][0]["run"], self.ids[0])
        self.assertEqual(kept["baselines"][0]["reason"], "the first")
        self.check_schema(kept)
        for samples, code, expected in (
                ((100.1, 99.9, 100.4, 99.7, 100.0), 0, "same"),
                ((130.1, 129.9, 130.4, 129.7, 130.0), 0, "better"),
                ((80.1, 79.9, 80.4, 79.7, 80.0), 1, "worse"),
                ((80.1, 40.0, 160.0), 3, "cannot tell")):
            self.make_good(1, *samples)
            done = self.results("check", "--baselines")
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
            self.assertIn(f"against {self.ids[0]}: {expected}\n", done.stdout)
            self.assertRegex(done.stdout, r"send\.rate_at_slo .* \(can detect [\d.]+ %\)")
        self.make_good(1, 80.1, 79.9, 80.4, 79.7, 80.0)
        self.assertEqual(self.results("check", "--baselines", "--limit", "30").returncode, 0)
        self.change("run.json", lambda run: run["trust"].update(verdict="suspect", reasons=["x"]),
                    self.ids[1])
        done = self.results("check", "--baselines", self.ids[1])
        self.assertEqual(done.returncode, 3)
        self.assertIn("not compared: it is suspect", done.stdout)

    def test_another_machine_is_never_held_against_a_baseline(self):
        self.make_good(0, 100.0, 100.5, 99.5, 100.2, 99.8)
        self.results("accept", self.ids[0], "--reason", "the first")
        self.make_good(1, 50.1, 49.9, 50.4, 49.7, 50.0, env_key="e" * 64)
        done = self.results("check", "--baselines", self.ids[1])
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertIn("no baseline of its workload on its machine", done.stdout)

    def test_a_baseline_is_replaced_and_bad_ones_are_refused(self):
        refused = self.results("accept", self.ids[0], "--reason", " ")
        self.assertIn("needs a reason", refused.stderr)
        self.assertEqual(self.results("accept", self.ids[0]).returncode, 2)
        for number in (0, 1):
            self.make_good(number, 100.0, 100.5, 99.5)
        for changed, expected in (
                (lambda run: run["trust"].update(verdict="suspect", reasons=["x"]), "is suspect"),
                (lambda run: run["source"].update(modified=True), "changes that no commit holds"),
                (lambda run: run["parameters"].update(queue="x"), "workload_sha256 is not")):
            self.change("run.json", changed)
            refused = self.results("accept", self.ids[0], "--reason", "why not")
            self.assertEqual(refused.returncode, 2)
            self.assertIn(expected, refused.stderr)
            shutil.rmtree(self.root / self.ids[0])
            shutil.copytree(self.kept / self.ids[0], self.root / self.ids[0])
            self.make_good(0, 100.0, 100.5, 99.5)
        self.assertFalse((self.root / "baselines").exists())
        self.results("accept", self.ids[0], "--reason", "first")
        self.assertIn("already", self.results("accept", self.ids[0], "--reason", "x").stderr)
        replaced = self.results("accept", self.ids[1], "--reason", "second")
        self.assertIn(f"in the place of {self.ids[0]}", replaced.stdout)
        kept, = self.accepted()
        self.assertEqual([each["run"] for each in kept["baselines"]], [self.ids[1]])
        self.assertEqual(self.results("check").returncode, 0, self.results("check").stdout)
        shutil.rmtree(self.root / self.ids[1])
        self.assertIn(f"baseline {self.ids[1]}: ", self.results("check").stdout)
        path, = (self.root / "baselines").glob("*.json")
        path.rename(path.with_name("f" * 64 + ".json"))
        self.assertIn("its env_key is not that of its name", self.results("check").stdout)

    def test_history_shows_where_a_figure_changed_on_one_machine(self):
        first = json.loads((self.root / "index.jsonl").read_text().splitlines()[0])
        lines = []
        for number in range(24):
            level = 100 if number < 12 else 80
            lines.append(first | {"id": f"20260101T0000{number:02}Z-00000000", "trust": "suspect",
                                  "headline": {"rate": level + number % 5, "other": 1.0}})
        lines.insert(5, lines[5] | {"id": "20260101T000100Z-00000000", "trust": "invalid",
                                    "headline": {"rate": 1.0}})
        lines.append(lines[-1] | {"id": "20260101T000200Z-00000000", "env_key": "e" * 64})
        (self.root / "index.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
        done = self.results("history", "rate")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.count("-- changed by"), 1)
        before, after = done.stdout.split("-- changed by -19")
        self.assertIn("20260101T000011Z", before)
        self.assertIn("20260101T000012Z", after)
        self.assertNotIn("20260101T000100Z", done.stdout)
        self.assertIn("1 of the 8 records", done.stdout)
        self.assertEqual(self.results("history", "rate").stdout, done.stdout)
        only = [json.loads(line) for line in self.results(
            "history", "rate", "--env", first["env_key"][:10], "--json").stdout.splitlines()]
        self.assertEqual([len(each["values"]) for each in only], [24])
        self.assertEqual(only[0]["changes"][0]["first"], "20260101T000012Z-00000000")
        self.assertIn("no change found", self.results("history", "other").stdout)
        self.assertRegex(self.results("history").stdout, r"rate +25\n")
        self.assertEqual(self.results("history", "nothing").returncode, 2)
        self.assertEqual(self.results("history", "rate", "--suite", "x").returncode, 2)

    def check_schema(self, *files):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads((ROOT / "results" / "baselines.schema.json").read_text())
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        for each in files:
            validator.validate(each)
            for entry in each["baselines"]:
                entry["reason"] = " "
                self.assertFalse(validator.is_valid(each))

    def test_the_committed_baselines_hold_to_the_schema(self):
        files = sorted((ROOT / "results" / "baselines").glob("*.json"))
        self.assertGreater(len(files), 0)
        self.check_schema(*(json.loads(path.read_text()) for path in files))

    def test_bad_use_is_told(self):
        for arguments in ([], ["show"], ["show", "x"], ["diff", "2"], ["sho"],
                          ["export", "--what", "all"], ["check", "--limit", "5"]):
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
