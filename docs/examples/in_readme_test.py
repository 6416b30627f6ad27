#!/usr/bin/env python3
"""The README shows hello.cpp as it is (but for its first comment), so that what a reader copies is
what is compiled and run here; and every example that the README names exists."""
import pathlib
import re
import sys

EXAMPLES = pathlib.Path(__file__).resolve().parent
README = (EXAMPLES.parents[1] / "README.md").read_text()


def problems():
    program = re.sub(r"\A(//[^\n]*\n)+", "", (EXAMPLES / "hello.cpp").read_text())
    shown = re.findall(r"^```cpp\n(.*?)^```$", README, re.M | re.S)
    if program not in shown:
        yield "README.md does not show docs/examples/hello.cpp"
    if len(program.splitlines()) > 20:
        yield "hello.cpp is no longer short"
    for name in re.findall(r"docs/examples/([\w.]+)", README):
        if not (EXAMPLES / name).is_file():
            yield f"README.md names docs/examples/{name}, which does not exist"


if __name__ == "__main__":
    found = list(problems())
    print("\n".join(found))
    sys.exit(1 if found else 0)
