"""The rule of millrace ab on this machine: comparisons of known outcome, under load when there are
many. Usage: calibration_test.py MILLRACE COMPARISONS"""
import os
import re
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
            done = subprocess.run([PROGRAM, "ab", "--calibrate", str(COMPARISONS), "--quiet"],
                                  capture_output=True, text=True, check=False)
        finally:
            for each in busy:
                each.kill()
                each.wait()
        print(done.stdout)
        alarms = int(re.search(r"(\d+) false alarms", done.stdout).group(1))
        found = int(re.search(r"found in (\d+) of", done.stdout).group(1))
        self.assertLessEqual(alarms, COMPARISONS // 100)
        self.assertGreaterEqual(found, 0.9 * COMPARISONS)
        self.assertEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
