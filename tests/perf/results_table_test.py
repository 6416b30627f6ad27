"""scripts/results-table on made-up records; and the README's own table against the real ones."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = ROOT / "scripts" / "results-table"
README = "# T\n<!-- results:begin -->\nold\n<!-- results:end -->\nrest\n"


def run(*arguments):
    return subprocess.run([sys.executable, str(TABLE), *map(str, arguments)], capture_output=True,
                          text=True, check=False)


class ResultsTable(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.root = pathlib.Path(self.scratch.name)
        self.readme = self.root / "README.md"
        self.readme.write_text(README)

    def add(self, identity, value, trust="good", bound=50):
        directory = self.root / "results" / identity
        directory.mkdir(parents=True)
        (directory / "run.json").write_text(json.dumps({
            "id": identity, "trust": {"verdict": trust},
            "metrics": [{"name": "first_answer_ms", "value": value}],
            "goals": [{"name": "first_answer_ms", "relation": "<=", "bound": bound,
                       "met": value <= bound}]}))
        with (self.root / "results" / "index.jsonl").open("a") as index:
            index.write(json.dumps({"id": identity, "suite": "http", "trust": trust}) + "\n")

    def render(self, *arguments):
        return run("--results", self.root / "results", "--readme", self.readme, *arguments)

    def test_the_newest_record_that_is_not_invalid_is_shown_with_its_link(self):
        self.add("20260101T000000Z-00000001", 10)
        self.add("20260103T000000Z-00000003", 30, trust="invalid")
        self.add("20260102T000000Z-00000002", 20, trust="suspect")
        self.assertEqual(self.render().returncode, 0)
        text = self.readme.read_text()
        self.assertIn("| 20 ms | ≤ 50 | [suspect](results/20260102T000000Z-00000002/run.json) |",
                      text)
        self.assertNotIn("old", text)
        self.assertTrue(text.endswith("<!-- results:end -->\nrest\n"))

    def test_a_missed_goal_is_said(self):
        self.add("20260101T000000Z-00000001", 60)
        self.render()
        self.assertIn("| 60 ms | ≤ 50, missed |", self.readme.read_text())

    def test_check_tells_whether_the_table_is_current_and_writes_nothing(self):
        self.add("20260101T000000Z-00000001", 10)
        self.assertEqual(self.render("--check").returncode, 1)
        self.assertEqual(self.readme.read_text(), README)
        self.render()
        self.assertEqual(self.render("--check").returncode, 0)

    def test_without_records_it_says_so_and_without_markers_it_refuses(self):
        self.render()
        self.assertIn("No measurement is recorded yet.", self.readme.read_text())
        self.readme.write_text("nothing here\n")
        self.assertNotEqual(self.render().returncode, 0)

    def test_the_readme_shows_what_the_records_say(self):
        done = run("--check")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
