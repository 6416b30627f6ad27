"""Public headers: the standard library and each other, nothing else; each compiles alone."""
import concurrent.futures
import os
import re
import shutil
import subprocess

from .tree import Finding

STANDARD = set("""
algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono
cinttypes climits clocale cmath codecvt compare complex concepts condition_variable coroutine
csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype deque
exception execution filesystem format forward_list fstream functional future initializer_list
iomanip ios iosfwd iostream istream iterator latch limits list locale map memory memory_resource
mutex new numbers numeric optional ostream queue random ranges ratio regex scoped_allocator
semaphore set shared_mutex source_location span sstream stack stdexcept stop_token streambuf string
string_view strstream syncstream system_error thread tuple type_traits typeindex typeinfo
unordered_map unordered_set utility valarray variant vector version
""".split())
C_STANDARD = {"stddef.h", "stdint.h", "stdbool.h", "stdalign.h", "limits.h"}


def _check_includes(tree, file):
    for line, kind, name in file.includes:
        if kind == '"':
            continue  # the layers rule says so
        if name.startswith("millrace/"):
            if not tree.exists(f"engine/include/{name}"):
                yield Finding(file.path, line, "headers", f"<{name}> does not exist")
        elif name not in STANDARD and not (file.name.endswith(".h") and name in C_STANDARD):
            yield Finding(file.path, line, "headers", f"<{name}> is not the standard library's")


def _compile(tree, file, compiler, options):
    include = tree.root / "engine" / "include"
    done = subprocess.run(
        [compiler, *options, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I",
         str(include), "-"],
        input=f"#include <{'/'.join([*file.folders[2:], file.name])}>\n", cwd=tree.root,
        capture_output=True, text=True, check=False,
    )
    if done.returncode == 0:
        return None
    error = re.search(r"(?:error|fatal error): (.*)", done.stderr)
    words = error.group(1) if error else done.stderr.strip()[:200]
    return Finding(file.path, 1, "headers", f"does not compile alone ({options[0]}): {words}")


def check(tree):
    files = tree.code("engine", "include")
    for file in files:
        yield from _check_includes(tree, file)
    jobs = []
    cxx = os.environ.get("CXX") or shutil.which("g++") or "c++"
    cc = os.environ.get("CC") or shutil.which("gcc") or "cc"
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for file in files:
            jobs.append(pool.submit(_compile, tree, file, cxx, ["-std=c++20", "-x", "c++"]))
            if file.name.endswith(".h"):
                jobs.append(pool.submit(_compile, tree, file, cc, ["-std=c11", "-x", "c"]))
        yield from (job.result() for job in jobs if job.result() is not None)
