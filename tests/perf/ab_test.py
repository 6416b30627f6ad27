"""millrace_ab on commands whose costs are known. Usage: ab_test.py MILLRACE_AB"""
import subprocess
import sys
import unittest

PROGRAM = sys.argv.pop(1)


def work(rounds: int) -> str:
    return f"{sys.executable} -S -c pass;exec('for_i_in_range({rounds}):pass'.replace('_',chr(32)))"


def compare(base: str, head: str, *arguments: str):
    return subprocess.run([PROGRAM, "--base", base, "--head", head, "--pairs", "12", *arguments],
                          capture_output=True, text=True, check=False)


class AbTest(unittest.TestCase):
    def test_twice_the_work_is_a_regression_and_half_of_it_is_not(self):
        small, large = work(500_000), work(4_000_000)
        self.assertEqual(compare(small, large).returncode, 1)
        done = compare(large, small)
        self.assertEqual(done.returncode, 0)
        self.assertIn("better", done.stdout)

    def test_the_same_command_twice_is_no_regression(self):
        done = compare(work(500_000), work(500_000), "--median-percent", "10")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("can detect >=", done.stdout)

    def test_a_command_that_fails_or_is_missing_is_an_error(self):
        self.assertEqual(compare("false", "true").returncode, 2)
        self.assertEqual(compare("true", "millrace-no-such-program").returncode, 2)
        self.assertEqual(subprocess.run([PROGRAM], capture_output=True, check=False).returncode, 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
