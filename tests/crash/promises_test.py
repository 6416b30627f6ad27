"""scripts/promises on made-up rows; and the page in docs against results/trust.json."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from promise_pages import long_run  # noqa: E402

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
        self.assertIn("| kill | 1,000 kills | 0 (void) |  |", self.page())

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

    def test_files_of_long_tests_are_left_to_the_record_of_the_long_run(self):
        self.merge({})
        (self.root / "kill_long.jsonl").write_text(json.dumps({**ROW, "trials": 5}) + "\n")
        self.assertIn("kill_long.jsonl", run(self.root / "kill_long.jsonl", *self.outputs).stdout)
        self.assertEqual(json.loads((self.root / "trust.json").read_text())[0]["trials"], 1000)

    def test_the_page_in_docs_is_what_trust_json_says(self):
        done = run("--check")
        self.assertEqual(done.returncode, 0, done.stdout)


LATE = {**ROW, "test": "simulator", "ended": "2026-01-02T03:04:05Z", "command": "true --operations 50 --jobs 2"}


class LongRun(unittest.TestCase):
    """A build with three long tests, of which two leave rows, and a test that is not long."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        tests = {"sim_long": f'"--operations" "50" "--jobs" "2" "--trust" "{self.root}/sim_long.jsonl"',
                 "crash_kill_long": f'"kill" "--server" "/x/millraced" "--trust" "{self.root}/kill_long.jsonl"',
                 "property_long": "", "sim": f'"--trust" "{self.root}/sim.jsonl"'}
        (self.root / "CTestTestfile.cmake").write_text("".join(
            f'add_test({name} "/bin/true" {arguments})\n'
            + (f'set_tests_properties({name} PROPERTIES LABELS "sim;long")\n' if name.endswith("_long") else "")
            for name, arguments in tests.items()))
        self.outputs = ["--trust", self.root / "trust.json", "--page", self.root / "promises.md"]

    def record(self, **files):
        for name, rows in files.items():
            (self.root / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.said = run("--long", "--build", self.root, *self.outputs)
        page = self.root / "promises.md"
        return page.read_text() if page.exists() else ""

    def test_it_says_what_ran_when_and_of_which_build_and_what_did_not(self):
        page = self.record(sim_long=[{**LATE, "details": {"operations": 51.0}}, {**LATE, "id": "J2"}],
                           sim=[{**LATE, "id": "Q1"}])
        self.assertIn("- **sim_long**: `true --operations 50 --jobs 2`, 10 s, ended 2026-01-02T03:04:05Z, "
                      "build abc; operations 51.\n", page)
        self.assertIn("| J2 | sim_long | 1,000 kills | 0 | < 3/1,000 = 0.3 % |", page)
        self.assertIn("- Not run: crash_kill_long.\n", page)
        self.assertIn("- Without a record: property_long.\n", page)
        self.assertNotIn("| Q1 |", page.split("## The long run")[1])
        self.assertEqual((self.said.returncode, self.said.stdout), (1, "crash_kill_long: not run\n"))

    def test_what_is_not_built_was_not_run(self):
        with (self.root / "CTestTestfile.cmake").open("a") as file:
            file.write('add_test(far_long "/x/none")\nset_tests_properties(far_long PROPERTIES LABELS "long")\n')
        self.assertIn("- Not run: crash_kill_long, far_long.\n", self.record(sim_long=[LATE]))

    def test_a_planned_command_is_shown_as_the_programs_show_it(self):
        shown = long_run.command_of(["/b/crash_driver", "kill", "--server", "/b/millraced", "--cycles", "20",
                                     "--quiet", "--lanes", "1,4,2", "--trust", "x/y.jsonl"])
        self.assertEqual(shown, "crash_driver kill --cycles 20 --quiet --lanes 1,4,2")

    def test_a_run_by_another_command_says_so(self):
        page = self.record(sim_long=[{**LATE, "command": "true --operations 7 --jobs 2"}])
        self.assertIn("`true --operations 7 --jobs 2`", page)
        self.assertIn("`scripts/test --long` runs it as `true --operations 50 --jobs 2`.\n", page)

    def test_the_whole_of_it_is_a_success_unless_a_promise_was_broken(self):
        whole = [{**LATE, "command": "true kill"}]
        page = self.record(sim_long=[LATE], kill_long=whole)
        self.assertNotIn("Not run", page)
        self.assertNotIn("runs it as", page)
        self.assertEqual(self.said.returncode, 0)
        page = self.record(kill_long=[{**whole[0], "violations": 2}])
        self.assertIn("| J1 | crash_kill_long | 1,000 kills | 2 |  |", page)
        self.assertEqual((self.said.returncode, self.said.stdout), (1, "J1, crash_kill_long: 2 in 1,000 kills\n"))

    def test_what_could_not_run_is_no_success(self):
        page = self.record(sim_long=[LATE], kill_long=[
            {**LATE, "command": "true kill", "trials": 0, "void": True, "not_run": "no loop devices"}])
        self.assertIn("- **crash_kill_long**: not run: no loop devices.\n", page)
        self.assertNotIn("| crash_kill_long |", page)
        self.assertEqual(self.said.returncode, 1)

    def test_rows_that_say_not_when_are_refused(self):
        page = self.record(sim_long=[{name: value for name, value in LATE.items() if name != "ended"}])
        self.assertNotEqual(self.said.returncode, 0)
        self.assertEqual(page, "")

    def test_the_section_stays_when_other_runs_are_merged(self):
        page = self.record(sim_long=[LATE])
        run(*self.outputs)
        self.assertEqual((self.root / "promises.md").read_text(), page)
        self.assertEqual(run("--check", *self.outputs).returncode, 0)
        (self.root / "trust_long.json").unlink()
        self.assertEqual(run("--check", *self.outputs).returncode, 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
