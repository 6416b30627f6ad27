"""The journal beside bare loops on the file system of the build directory; writes its own record."""
import shutil
import subprocess

from .common import BenchError, Settings


def run(settings: Settings) -> int:
    directory = settings.build_dir / "journal_bench.data"
    shutil.rmtree(directory, ignore_errors=True)
    command = [settings.program("bench", "journal_bench"), "--dir", str(directory), "--realtime",
               "--results", str(settings.results_dir), "--gate"]
    if settings.quick:
        command += ["--quick", "--rounds", "3"]
    try:
        done = subprocess.run(command, check=False)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    if done.returncode not in (0, 1):
        raise BenchError(f"{' '.join(command)} ended with {done.returncode}")
    return done.returncode
