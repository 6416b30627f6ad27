"""scripts/instructions: what it holds, refuses and accepts. Usage: instruction_gate_test.py BUILD"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(sys.argv.pop(1))
PATH = "ring.broadcast_one"


class InstructionGate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.file = pathlib.Path(scratch.name) / "instructions.json"
        done = cls.gate("--only", PATH, "--accept")
        assert done.returncode == 0, done.stderr
        cls.accepted = cls.file.read_text()

    @classmethod
    def gate(cls, *arguments):
        return subprocess.run([sys.executable, ROOT / "scripts" / "instructions", "--build", BUILD,
                               "--file", cls.file, *arguments], capture_output=True, text=True,
                              check=False, timeout=120)

    def moved_by(self, factor: float) -> None:
        known = json.loads(self.accepted)
        for counts in known.values():
            counts[PATH] *= factor
        self.file.write_text(json.dumps(known))

    def tearDown(self):
        self.file.write_text(self.accepted)

    def test_what_was_accepted_holds(self):
        done = self.gate("--only", PATH, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        row = json.loads(done.stdout)["paths"][PATH]
        self.assertTrue(row["held"])
        self.assertGreater(row["instructions"], 10)
        self.assertLess(abs(row["change_percent"]), 0.01)

    def test_a_count_that_moved_fails_and_says_how_to_accept_it(self):
        for factor in (1.006, 0.994):
            self.moved_by(factor)
            done = self.gate("--only", PATH)
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn("MOVED", done.stdout)
            self.assertIn("--accept", done.stderr)
        self.moved_by(1.004)
        self.assertEqual(self.gate("--only", PATH).returncode, 0)

    def test_a_path_without_a_count_fails(self):
        other = "journal.decode_64_entries"
        done = self.gate("--only", other)
        self.assertEqual(done.returncode, 1)
        self.assertIn("NEW", done.stdout)
        self.assertEqual(self.gate("--only", other, "--accept").returncode, 0)
        self.assertEqual(self.gate("--only", PATH).returncode, 0)
        self.assertEqual(self.gate("--only", other).returncode, 0)

    def test_counts_of_another_compiler_are_no_yardstick(self):
        self.file.write_text(json.dumps({"another compiler": {PATH: 1}}))
        done = self.gate("--only", PATH)
        self.assertEqual(done.returncode, 77)
        self.assertIn("no accepted counts for", done.stderr)

    def test_bad_use_is_told(self):
        self.assertEqual(self.gate("--only", "no.such.path").returncode, 2)
        self.assertEqual(self.gate("--build", "/nowhere").returncode, 2)


if __name__ == "__main__":
    if shutil.which("valgrind") is None:
        print("valgrind is not installed")
        sys.exit(77)
    unittest.main(verbosity=2)
