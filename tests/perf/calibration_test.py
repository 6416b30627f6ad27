"""The rule of millrace ab on this machine: comparisons of known outcome, under load when there are
many. Usage: calibration_test.py MILLRACE COMPARISONS

A false alarm is one on any machine, and slowdowns in little noise are found on any. Where much of it
hides more than a tenth of all, the test did not run as a whole (exit code 77)."""
import json
import os
import subprocess
import sys
import unittest

COMPARISONS = int(sys.argv.pop(2))
PROGRAM = sys.argv.pop(1)
BUSY = [sys.executable, "-S", "-c", "import os\nparent=os.getppid()\nwhile os.getppid()==parent:\n"
        " for _ in range(100000): pass"]


class Calibration(unittest.TestCase):
    def test_at_most_one_false_alarm_in_a_hundred_and_nine_of_ten_slowdowns_found(self):
        busy = []
        if COMPARISONS >= 100:  # the whole: at least two tasks a core beside it
            busy = [subprocess.Popen(BUSY) for _ in range(2 * (os.cpu_count() or 1))]
        try:
            done = subprocess.run([PROGRAM, "ab", "--calibrate", str(COMPARISONS), "--quiet",
                                   "--json"], capture_output=True, text=True, check=False)
        finally:
            for each in busy:
                each.kill()
                each.wait()
        print(done.stdout + done.stderr)
        seen = json.loads(done.stdout)
        self.assertLessEqual(seen["false_alarms"], COMPARISONS // 100)
        overlooked = seen["quiet"] - seen["quiet_found"]
        self.assertLessEqual(overlooked, max(0.1 * seen["quiet"], 1))
        if seen["found"] < 0.9 * COMPARISONS and seen["quiet"] < COMPARISONS:
            self.skipTest("the noise of this machine hides 10 % more work")
        self.assertEqual(done.returncode, 0)


if __name__ == "__main__":
    outcome = unittest.main(verbosity=2, exit=False).result
    if not outcome.wasSuccessful():
        sys.exit(1)
    sys.exit(77 if outcome.skipped else 0)
