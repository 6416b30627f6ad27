"""The driver on made-up hunters and bugs."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

DRIVER = pathlib.Path(__file__).resolve().parent / "mutants.py"
NAMES = [f"bug_{number:02}" for number in range(25)]
# Finds the bugs that it is given, stops at a name that is none, and says what it has done.
HUNTER = """
import os, sys
bug = os.environ.get("MILLRACE_MUTANT")
finds, says, knows = sys.argv[1].split(","), sys.argv[2], sys.argv[3] == "knows"
print(says)
sys.exit(bug in finds or (knows and bug == "none_of_the_table") or (bug is None and "clean" in finds))
"""


def hunter(name, finds, says="7 things", knows=True, general=False):
    return {"name": name, "general": general, "did": "[1-9] things",
            "command": [sys.executable, "{build}/hunter.py", ",".join(finds), says,
                        "knows" if knows else "ignorant"]}


class Driver(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        (self.root / "hunter.py").write_text(HUNTER)

    def run_driver(self, hunters, names=None):
        (self.root / "hunters.json").write_text(json.dumps(hunters))
        lines = "".join(f"{name}\tJ1\twhat is broken\n" for name in names or NAMES)
        (self.root / "list.py").write_text(f"print({lines!r}, end='')")
        self.said = subprocess.run(
            [sys.executable, str(DRIVER), "--build", str(self.root), "--hunters",
             str(self.root / "hunters.json"), "--trust", str(self.root / "trust.jsonl"), "--list",
             sys.executable, str(self.root / "list.py")],
            capture_output=True, text=True, check=False)
        return json.loads((self.root / "trust.jsonl").read_text())

    def test_a_bug_is_found_by_the_first_hunter_that_fails(self):
        row = self.run_driver([hunter("first", NAMES[:20], general=True), hunter("second", NAMES)])
        self.assertEqual(self.said.returncode, 0, self.said.stdout + self.said.stderr)
        self.assertEqual((row["id"], row["trials"], row["violations"], row["void"]),
                         ("H1", 25, 0, False))
        self.assertEqual(row["details"]["found_by_general"], 20)
        by = {bug["name"]: bug["found_by"] for bug in row["bugs"]}
        self.assertEqual((by["bug_00"], by["bug_24"]), ("first", "second"))

    def test_a_hunter_with_promises_goes_first_and_hunts_for_no_others(self):
        first, mine, other = hunter("first", NAMES), hunter("mine", NAMES), hunter("other", NAMES)
        mine["promises"], other["promises"] = ["J1"], ["S1"]
        row = self.run_driver([first, other, mine])
        self.assertEqual({bug["found_by"] for bug in row["bugs"]}, {"mine"})

    def test_a_bug_that_nobody_finds_is_red(self):
        row = self.run_driver([hunter("first", NAMES[1:])])
        self.assertEqual((self.said.returncode, row["violations"], row["void"]), (1, 1, False))
        self.assertRegex(self.said.stdout, "bug_00 +NOT FOUND")

    def void(self, hunters, names=None):
        row = self.run_driver(hunters, names)
        self.assertEqual((self.said.returncode, row["void"]), (1, True))
        return self.said.stdout

    def test_a_hunter_that_fails_without_a_bug_makes_the_run_void(self):
        self.assertIn("where there is none", self.void([hunter("first", NAMES + ["clean"])]))

    def test_a_hunter_that_does_nothing_makes_the_run_void(self):
        self.assertIn("did nothing", self.void([hunter("first", NAMES, says="0 things")]))

    def test_a_hunter_without_the_bugs_makes_the_run_void(self):
        self.assertIn("not built with", self.void([hunter("first", NAMES, knows=False)]))

    def test_too_few_bugs_make_the_run_void(self):
        self.assertIn("at least 25", self.void([hunter("first", NAMES)], NAMES[:24]))


if __name__ == "__main__":
    unittest.main()
