#!/usr/bin/env python3
"""Runs one group of the conformance tests under the clients that scripts/setup --test installs.

    run.py --millraced PROGRAM --name NAME [--junit FILE] [--query] [--java] [--go] [pytest arguments...]

Python is that of build/venv (or MILLRACE_VENV), with --query that of build/venv-query (or
MILLRACE_VENV_QUERY), whose clients speak the query protocol. --java needs the libraries in build/kcl
(or MILLRACE_KCL) as well, --go the program build/go/client (or MILLRACE_GO_CLIENT). Where something is
missing the group is skipped (exit code 77), except with CI=true, where it fails; without a Go that is
new enough for its SDK it is skipped there too. The last line says how many passed and failed."""
import argparse
import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree

sys.dont_write_bytecode = True

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from support import go, java  # noqa: E402

ROOT = HERE.parents[1]
SKIPPED = 77


def counts(junit):
    """(passed, failed, skipped) of a JUnit file."""
    suite = xml.etree.ElementTree.parse(junit).getroot().find("testsuite")
    failed = int(suite.get("failures")) + int(suite.get("errors"))
    skipped = int(suite.get("skipped"))
    return int(suite.get("tests")) - failed - skipped, failed, skipped


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millraced", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--junit")
    parser.add_argument("--query", action="store_true")
    parser.add_argument("--java", action="store_true")
    parser.add_argument("--go", action="store_true")
    known, arguments = parser.parse_known_args()

    variable, folder = (
        ("MILLRACE_VENV_QUERY", "venv-query") if known.query else ("MILLRACE_VENV", "venv")
    )
    venv = pathlib.Path(os.environ.get(variable) or ROOT / "build" / folder)
    python = venv / "bin" / "python"
    missing = [
        str(path)
        for path in (python, venv / "bin" / "pytest", ROOT / "build" / "node" / "node_modules")
        if not path.exists()
    ]
    if known.java:
        missing += java.missing()
    if known.go and not go.program().exists():
        missing.append(str(go.program()))
    if missing:
        print(f"{known.name}: {', '.join(missing)} is missing; scripts/setup --test installs it")
        if known.go and not go.can_be_built():
            return SKIPPED
        return 1 if os.environ.get("CI", "").lower() in ("1", "true") else SKIPPED

    junit = known.junit or f"{known.name}.xml"
    pathlib.Path(junit).unlink(missing_ok=True)
    code = subprocess.run([
        python, "-B", "-m", "pytest", "-q", "--rootdir", HERE, "-c", HERE / "pytest.ini",
        "--millraced", known.millraced, f"--junit-xml={junit}", *arguments,
    ], cwd=HERE, stdin=subprocess.DEVNULL).returncode
    if not pathlib.Path(junit).exists():
        print(f"{known.name}: pytest ended with {code} and no result")
        return code or 1
    passed, failed, skipped = counts(junit)
    print(f"{known.name}: {passed} passed, {failed} failed, {skipped} skipped")
    return code if code or passed else 1


sys.exit(main())
