"""The record of a long run: which tests of `scripts/test --long` left rows of trust, what they were asked for
and when they ended, and which left none."""
import json
import pathlib
import subprocess

from promise_pages.rows import PROMISES, bound, figures, outcome, read_rows

HEAD = """
## The long run
The tests that only `scripts/test --long` runs, as they ran last: made from
[results/trust_long.json](../results/trust_long.json) by `scripts/promises --long`.

"""


def command_of(command: list[str]) -> str:
    """As tests/crash/trust_row.cpp writes it: without what names a place of a machine."""
    words = [pathlib.Path(command[0]).name] if command else []
    option: list[str] = []  # goes with what follows it
    for word in command[1:]:
        if "/" in word:
            option = []
        elif word.startswith("--"):
            words += option
            option = [word]
        else:
            words += [*option, word]
            option = []
    return " ".join(words + option)


def planned(build: pathlib.Path) -> list[dict]:
    """The long tests of a configured build: name, command (none where the program is not built), and the file
    of its rows if it leaves any."""
    told = subprocess.run(["ctest", "--test-dir", str(build), "--show-only=json-v1", "-L", "^long$"],
                          capture_output=True, text=True, check=True).stdout
    tests = []
    for test in json.loads(told)["tests"]:
        command = test.get("command", [])
        place = command.index("--trust") + 1 if "--trust" in command else 0
        tests.append({"name": test["name"], "command": command_of(command),
                      "file": pathlib.Path(command[place]) if place else None})
    return sorted(tests, key=lambda test: test["name"])


def gather(tests: list[dict]) -> dict:
    record: dict[str, list] = {"runs": [], "not_run": [], "without_rows": []}
    for test in tests:
        if test["file"] is None and test["command"]:
            record["without_rows"].append(test["name"])
        elif test["file"] is None or not test["file"].exists() or not (rows := read_rows(test["file"])):
            record["not_run"].append(test["name"])
        else:
            for row in rows:
                if "ended" not in row or "command" not in row:
                    raise SystemExit(f"promises: {test['file']}: of a build that says not when and how it ran")
                row["test"] = test["name"]
                if row["command"] != test["command"]:
                    row["planned"] = test["command"]
            record["runs"] += rows
    return record


def text_of(record: dict) -> str:
    """A row a line."""
    rows = ",\n".join(json.dumps(row) for row in record["runs"])
    return (f'{{"runs": [\n{rows}\n],\n"not_run": {json.dumps(record["not_run"])},\n'
            f'"without_rows": {json.dumps(record["without_rows"])}}}\n')


def _run(rows: list[dict]) -> str:
    """One test."""
    row = rows[0]
    if "not_run" in row:
        return f"- **{row['test']}**: {outcome(row)}."
    details = {name: value for each in rows for name, value in each.get("details", {}).items()}
    other = f" `scripts/test --long` runs it as `{row['planned']}`." if "planned" in row else ""
    return (f"- **{row['test']}**: `{row['command']}`, {row['duration_s']:,.0f} s, ended {row['ended']}, "
            f"build {row['build']}{'; ' if details else ''}{figures(details)}.{other}")


def render(record: dict) -> str:
    tests: dict[str, list] = {}
    for row in record["runs"]:
        tests.setdefault(row["test"], []).append(row)
    lines = [HEAD + "\n".join(map(_run, tests.values()))]
    if record["not_run"]:
        lines.append(f"- Not run: {', '.join(record['not_run'])}.")
    if record["without_rows"]:
        lines.append(f"- Without a record: {', '.join(record['without_rows'])}.")
    lines += ["", "| promise | test | trials | violations | at 95 % |", "|---|---|---|---|---|"]
    for identity, _ in PROMISES:
        for row in record["runs"]:
            if row["id"] == identity and "not_run" not in row:
                void = " (void)" if row["void"] else ""
                lines.append(f"| {identity} | {row['test']} | {row['trials']:,} {row['unit']} | "
                             f"{row['violations']:,}{void} | {bound(row)} |")
    return "\n".join(lines) + "\n"


def wanting(record: dict) -> list[str]:
    said = [f"{row['id']}, {row['test']}: {outcome(row)}" for row in record["runs"]
            if row["violations"] != 0 or row["void"]]
    return said + [f"{name}: not run" for name in record["not_run"]]
