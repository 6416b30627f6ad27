#!/usr/bin/env python3
"""Compares the C ABI with what is committed in c_abi.txt: the functions of millrace.h and their
types, the size of each struct and the place of each member, the value of each constant; and the
library's exported names: C functions exactly those, C++ ones only of namespace millrace.

usage: abi_test.py <libmillrace.so> [--write]     (run by CTest; --write after a wanted change)
"""
import difflib
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parents[1] / "engine" / "include"
COMMITTED = HERE / "c_abi.txt"


def run(*command, text=None):
    return subprocess.run([str(c) for c in command], input=text, capture_output=True, text=True,
                          check=True).stdout


def preprocessed():
    """What millrace.h and its parts declare: the lines that the preprocessor says are theirs."""
    out, own = [], False
    for line in run("gcc", "-E", "-std=c11", "-I", INCLUDE, INCLUDE / "millrace/millrace.h").split("\n"):
        marker = re.match(r'# \d+ "(.*?)"', line)
        if marker:
            own = "/include/millrace/" in marker.group(1)
        elif own:
            out.append(line)
    text = re.sub(r"__attribute__\s*\(\(.*?\)\)", "", " ".join(out))
    return re.sub(r"\s+", " ", text)


def split_members(body):
    """Names of the members of a struct body: `int a; void (*f)(int); uint8_t id[16];`."""
    names = []
    for declaration in filter(None, (part.strip() for part in body.split(";"))):
        pointer = re.search(r"\(\s*\*\s*(\w+)\s*\)\s*\(", declaration)
        plain = re.search(r"(\w+)\s*(\[[^\]]*\]\s*)*$", declaration)
        names.append((pointer or plain).group(1))
    return names


def structs(text):
    """Struct name -> its members, in order."""
    found = {}
    for match in re.finditer(r"\bstruct (\w+) \{([^{}]*)\}", text):
        found[match.group(1)] = split_members(match.group(2))
    return found


def constants(text):
    names = []
    for match in re.finditer(r"\benum \w* ?\{([^{}]*)\}", text):
        names += [part.split("=")[0].strip() for part in match.group(1).split(",") if part.strip()]
    return names


def functions(text):
    """Prototypes with parameter names left in, sorted by name."""
    flat = re.sub(r"\{[^{}]*\}", "", text)
    found = {}
    for match in re.finditer(r"([\w\s*]+?\b(mr_\w+)\s*\([^;{}]*\))\s*;", flat):
        if not match.group(1).strip().startswith("typedef"):
            found[match.group(2)] = re.sub(r"\s+", " ", match.group(1)).strip()
    return found


def macros():
    """Numbers that are macros: the version is one."""
    header = (INCLUDE / "millrace/c/base.h").read_text()
    return re.findall(r"^#define (MR_\w+) UINT32_C\(", header, re.M)


def layout(text):
    """The lines that a C program prints about sizes, offsets and values."""
    program = ["#include <millrace/millrace.h>", "#include <stddef.h>", "#include <stdio.h>",
               "int main(void) {"]
    for name, members in structs(text).items():
        program.append(f'printf("struct {name}: %zu bytes\\n", sizeof(struct {name}));')
        for member in members:
            program.append(f'printf("struct {name}.{member}: at %zu, %zu bytes\\n", offsetof(struct '
                           f"{name}, {member}), sizeof(((struct {name}*)0)->{member}));")
    for name in constants(text) + macros():
        program.append(f'printf("{name} = %lld\\n", (long long){name});')
    program += ["return 0;", "}"]
    with tempfile.TemporaryDirectory() as folder:
        binary = pathlib.Path(folder) / "layout"
        run("gcc", "-std=c11", "-I", INCLUDE, "-x", "c", "-", "-o", binary, text="\n".join(program))
        return run(binary).splitlines()


def exported(library):
    """Names that the shared library shows: (C functions, all others)."""
    names = [line.split()[-1] for line in run("nm", "-D", "--defined-only", library).splitlines()]
    return ({n for n in names if n.startswith("mr_")}, {n for n in names if not n.startswith("mr_")})


def main():
    library, write = sys.argv[1], "--write" in sys.argv
    text = preprocessed()
    declared = functions(text)
    abi = [declared[name] for name in sorted(declared)] + layout(text)
    problems = []
    if not declared:
        problems.append("millrace.h declares no function")
    c_names, other_names = exported(library)
    for name in sorted(c_names ^ set(declared)):
        problems.append(f"{name}: " + ("exported but not declared" if name in c_names
                                       else "declared but not exported"))
    for name in sorted(other_names):
        if not re.match(r"_ZN?K?(T[VIS])?N?K?8millrace", name):
            problems.append(f"{name}: exported, but neither C nor of namespace millrace")
    if write:
        COMMITTED.write_text("\n".join(abi) + "\n")
    committed = COMMITTED.read_text().splitlines() if COMMITTED.exists() else []
    problems += difflib.unified_diff(committed, abi, "c_abi.txt", "millrace.h", lineterm="")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
