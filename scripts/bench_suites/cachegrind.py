"""Instructions of a program, counted by cachegrind: repeats to a few in ten million."""
import re
import subprocess


class CachegrindError(Exception):
    pass


def instructions(command: list[str], timeout_s: float = 1200) -> int:
    done = subprocess.run(["valgrind", "--tool=cachegrind", "--cache-sim=no",
                           "--cachegrind-out-file=/dev/null", *command],
                          capture_output=True, text=True, timeout=timeout_s, check=False)
    found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    if done.returncode != 0 or not found:
        raise CachegrindError(f"cachegrind of {' '.join(command)} failed: {done.stderr[-500:]}")
    return int(found.group(1).replace(",", ""))
