"""Puts each bug of the catalogue into the engine and asks which hunter finds it: see README.md.

  mutants.py --build DIR [--trust FILE] [--only NAME]... [--all]

DIR has the programs that CMakeLists.txt builds; --all lets every hunter try each bug. Exit code 1: a
bug was not found, or the run is void.
"""
import argparse
import concurrent.futures
import dataclasses
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
MUTANTS_MIN = 25
TIMEOUT_S = 60
AT_ONCE = 2


@dataclasses.dataclass(frozen=True)
class Hunter:
    name: str
    command: list
    did: str  # what it prints when it has looked at something
    general: bool  # checks promises, whatever the bug
    environment: dict = dataclasses.field(default_factory=dict)
    void: int = 0  # the exit code of a run that looked at too little: it says nothing
    promises: tuple = ()  # hunts only for bugs that break one of these, and before the others

    def knows(self, mutant):
        return mutant.promise in self.promises


@dataclasses.dataclass(frozen=True)
class Mutant:
    name: str
    promise: str
    broken: str


@dataclasses.dataclass(frozen=True)
class Hunt:
    passed: bool
    void: bool
    output: str
    seconds: float


def read_hunters(path, build):
    hunters = [Hunter(**each) for each in json.loads(path.read_text())]
    return [dataclasses.replace(h, command=[part.replace("{build}", str(build)) for part in h.command])
            for h in hunters]


def read_mutants(command):
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [Mutant(*line.split("\t")) for line in said.splitlines()]


def hunt(hunter, mutant=None):
    environment = {**os.environ, **hunter.environment}
    environment.pop("MILLRACE_MUTANT", None)
    if mutant is not None:
        environment["MILLRACE_MUTANT"] = mutant
    begin = time.monotonic()
    try:
        done = subprocess.run(hunter.command, env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=TIMEOUT_S, check=False)
        void = done.returncode != 0 and done.returncode == hunter.void
        passed, output = done.returncode == 0 or void, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired:
        passed, void, output = False, False, f"not done after {TIMEOUT_S} s\n"
    return Hunt(passed, void, output, time.monotonic() - begin)


def complaint(hunter):
    """Why a run with that hunter means nothing, or None. It must pass an engine without a bug, having
    looked at something, and be built with the mutants: then a name that is none stops it."""
    clean = hunt(hunter)
    if not clean.passed:
        return f"{hunter.name} finds a bug where there is none:\n{clean.output[-2000:]}"
    if clean.void or not re.search(hunter.did, clean.output):
        return f"{hunter.name} did nothing"
    if hunt(hunter, "none_of_the_table").passed:
        return f"{hunter.name} is not built with the mutants"
    return None


def find(mutant, hunters, everyone=False):
    """(mutant, [(hunter, seconds until it was found)]), the seconds of all that tried before added."""
    seconds, found = 0.0, []
    able = [hunter for hunter in hunters if not hunter.promises or hunter.knows(mutant)]
    for hunter in sorted(able, key=lambda hunter: not hunter.knows(mutant)):
        tried = hunt(hunter, mutant.name)
        seconds += tried.seconds
        if not tried.passed:
            found.append((hunter, tried.seconds if everyone else seconds))
            if not everyone:
                break
    return mutant, found


def build_name():
    def git(*arguments):
        return subprocess.run(["git", "-C", str(HERE), *arguments], capture_output=True, text=True,
                              check=False).stdout.strip()
    return git("rev-parse", "--short=12", "HEAD") + ("+" if git("status", "--porcelain") else "")


def host_key():
    """Tells machines apart without naming them."""
    models = sorted(set(re.findall(r"^model name.*", pathlib.Path("/proc/cpuinfo").read_text(), re.M)))
    facts = "\n".join([*models, str(os.cpu_count()), os.uname().release])
    return hashlib.sha256(facts.encode()).hexdigest()[:12]


def trust_row(found, hunters, void, duration):
    missed = [mutant.name for mutant, by in found if not by]
    seconds = sorted(by[0][1] for _, by in found if by)
    return {"id": "H1", "test": "mutants", "build": build_name(), "seed": 0, "host": host_key(),
            "unit": "seeded bugs", "trials": len(found), "violations": len(missed),
            "upper95": 3 / len(found) if found else None, "duration_s": round(duration, 1),
            "void": void,
            "details": {"hunters": len(hunters),
                        "found_by_general": sum(by[0][0].general for _, by in found if by),
                        "seconds_p50": round(seconds[len(seconds) // 2], 2) if seconds else 0,
                        "seconds_max_p100": round(seconds[-1], 2) if seconds else 0},
            "bugs": [{"name": mutant.name, "promise": mutant.promise, "broken": mutant.broken,
                      "found_by": by[0][0].name if by else None,
                      "general": by[0][0].general if by else None,
                      "seconds": round(by[0][1], 1) if by else None} for mutant, by in found]}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--hunters", type=pathlib.Path, default=HERE / "hunters.json")
    parser.add_argument("--list", nargs="+", help="the command that prints the catalogue")
    parser.add_argument("--trust", type=pathlib.Path)
    parser.add_argument("--only", action="append")
    parser.add_argument("--all", action="store_true")
    chosen = parser.parse_args()
    begin = time.monotonic()
    hunters = read_hunters(chosen.hunters, chosen.build)
    mutants = read_mutants(chosen.list or [str(chosen.build / "mutants_list")])
    if chosen.only:
        mutants = [mutant for mutant in mutants if mutant.name in chosen.only]

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as at_once:
        complaints = [text for text in at_once.map(complaint, hunters) if text]
        found = []
        if not complaints:
            for result in at_once.map(lambda mutant: find(mutant, hunters, chosen.all), mutants):
                found.append(result)
                by = ", ".join(f"{hunter.name} {seconds:.1f} s" for hunter, seconds in result[1])
                print(f"{result[0].name:28} {by or 'NOT FOUND'}", flush=True)
    if len(mutants) < MUTANTS_MIN and not chosen.only:
        complaints.append(f"{len(mutants)} seeded bugs, at least {MUTANTS_MIN} are wanted")

    row = trust_row(found, hunters, bool(complaints), time.monotonic() - begin)
    if chosen.trust:
        chosen.trust.parent.mkdir(parents=True, exist_ok=True)
        chosen.trust.write_text(json.dumps(row) + "\n")
    for text in complaints:
        print(f"void: {text}")
    print(f"{row['trials'] - row['violations']} of {row['trials']} seeded bugs found, "
          f"{row['details']['found_by_general']} by a general hunter; {row['duration_s']} s")
    return int(bool(complaints) or row["violations"] != 0)


if __name__ == "__main__":
    sys.exit(main())
