"""The AWS SDK for Go: a program of ours on it (go/main.go), built by scripts/setup --test into build/go."""
import os
import pathlib
import re
import shutil
import subprocess

from .java import split

ROOT = pathlib.Path(__file__).resolve().parents[3]


def program():
    return pathlib.Path(os.environ.get("MILLRACE_GO_CLIENT") or ROOT / "build/go/client")


def can_be_built():
    """Is there a Go, of 1.24 or later? Debian 12 has 1.19."""
    if not shutil.which("go"):
        return False
    told = subprocess.run(["go", "env", "GOVERSION"], capture_output=True, text=True, timeout=20).stdout
    version = re.match(r"go1\.(\d+)", told)
    return bool(version) and int(version.group(1)) >= 24


def run(*arguments):
    """Its lines of output, each split at its tabs."""
    done = subprocess.run([program(), *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return split(done.stdout)
