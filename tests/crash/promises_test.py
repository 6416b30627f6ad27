"""scripts/promises on made-up rows; and the page in docs against results/trust.json."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROW = {"id": "J1", "test": "kill", "build": "abc", "seed": 1, "host": "h", "unit": "kills",
       "trials": 1000, "violations": 0, "upper95": 0.003, "duration_s": 10.0, "void": False}


def run(*arguments):
    return subprocess.run([sys.executable, str(ROOT / "scripts" / "promises"), *map(str, arguments)],
                          capture_output=True, text=True, check=False)


class Promises(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        self.outputs = ["--trust", self.root / "trust.json", "--page", self.root / "promises.md"]

    def merge(self, *rows, options=()):
        file = self.root / "rows.jsonl"
        file.write_text("".join(json.dumps({**ROW, **row}) + "\n" for row in rows))
        self.said = run(file, *self.outputs, *options)
        return json.loads((self.root / "trust.json").read_text())

    def page(self):
        return (self.root / "promises.md").read_text()

    def test_runs_of_one_build_are_added_up(self):
        rows = self.merge({}, {"seed": 2, "trials": 2000})
        self.assertEqual(len(rows), 1)
        self.assertEqual((rows[0]["trials"], rows[0]["seed"], rows[0]["upper95"]),
                         (3000, [1, 2], 0.001))
        self.assertIn("| kill | 3,000 kills | 0 | < 3/3,000 = 0.1 % |", self.page())

    def test_another_build_replaces_what_was_there(self):
        self.merge({})
        rows = self.merge({"build": "def", "trials": 10}, {"id": "Q1", "build": "def"})
        self.assertEqual([(row["id"], row["trials"]) for row in rows], [("J1", 10), ("Q1", 1000)])

    def test_violations_have_no_bound_and_fail(self):
        self.merge({"violations": 2})
        self.assertEqual(self.said.returncode, 1)
        self.assertIn("J1, kill: 2 in 1,000 kills", self.said.stdout)
        self.assertIn("| kill | 1,000 kills | 2 |  |", self.page())

    def test_a_void_run_fails(self):
        self.merge({"void": True})
        self.assertIn("(void)", self.said.stdout)

    def test_what_was_not_run_says_so_and_is_no_success(self):
        self.merge({"id": "J3", "trials": 0, "void": True, "not_run": "no loop devices"})
        self.assertIn("not run: no loop devices", self.page())
        self.assertIn("J3: not run", self.said.stdout)
        self.assertEqual(self.said.returncode, 1)

    def test_rows_of_other_programs_need_no_test_and_no_unit(self):
        row = {name: value for name, value in ROW.items() if name not in ("test", "unit")}
        (self.root / "simulator.json").write_text(json.dumps([row]))
        run(self.root / "simulator.json", *self.outputs)
        self.assertIn("| simulator | 1,000 trials | 0 |", self.page())

    def test_seeded_bugs_have_a_page_of_their_own(self):
        bug = {"name": "sync_skipped", "promise": "J1", "broken": "no sync", "found_by": "sim",
               "general": True, "seconds": 1.5}
        self.merge({"id": "H1", "bugs": [bug, {**bug, "name": "other", "found_by": None}]})
        page = (self.root / "seeded-bugs.md").read_text()
        self.assertIn("| sync_skipped | no sync | J1 | sim | yes | 1.5 |", page)
        self.assertIn("| other | no sync | J1 | **nobody** |", page)

    def test_check_tells_whether_the_page_is_current(self):
        self.merge({})
        self.assertEqual(run("--check", *self.outputs).returncode, 0)
        (self.root / "promises.md").write_text("old")
        self.assertEqual(run("--check", *self.outputs).returncode, 1)

    def test_the_page_in_docs_is_what_trust_json_says(self):
        done = run("--check")
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
