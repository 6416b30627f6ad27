"""The ring tables of bench/: the program writes its own record."""
import subprocess

from .common import BenchError, Settings


def run(settings: Settings) -> int:
    command = [settings.program("bench", "ring_table"), "--results", str(settings.results_dir), "--gate"]
    if settings.quick:
        command += ["--repeats", "3"]
    done = subprocess.run(command, check=False)
    if done.returncode not in (0, 1):
        raise BenchError(f"{' '.join(command)} ended with {done.returncode}")
    return done.returncode
