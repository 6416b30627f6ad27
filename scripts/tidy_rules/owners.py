"""Who may touch what: atomics and threads, clocks, randomness, files, sockets, exceptions."""
import re

from .tree import Finding

_ATOMICS = (
    r"\bstd::(atomic\w*|memory_order\w*)\b|\b__(atomic|sync)_\w+|<atomic>|"
    r"\b(atomic_thread_fence|atomic_signal_fence)\b"
)
_THREADS = (
    r"\bstd::(thread|jthread|mutex|\w+_mutex|condition_variable\w*|lock_guard|unique_lock|"
    r"scoped_lock|call_once|once_flag|async|future|promise|counting_semaphore|binary_semaphore|"
    r"latch|barrier|this_thread)\b|\bpthread_\w+|\bsched_\w+|<(thread|mutex|condition_variable)>"
)
_CLOCKS = (
    r"\bclock_(gettime|nanosleep)\b|\bgettimeofday\b|\b(system|steady|high_resolution)_clock::now|"
    r"\bstd::time\b|(?<![\w:.>])time\s*\(\s*(NULL|nullptr|0|&)|\b_?_?rdtscp?\b|\bnanosleep\b"
)
_RANDOM = r"\bstd::random_device\b|\bgetrandom\b|\bgetentropy\b|\bs?rand(om)?\s*\(|\bRAND_bytes\b"
_FILES = (
    r"\bstd::(i|o)?fstream\b|\bstd::filesystem\b|\bf(open|read|write|sync|datasync|truncate)\s*\(|"
    r"\b(pread|pwrite|pwritev|fallocate|openat|mkostemp)\s*\(|"
    r"(?<![\w>])::(open|rename|unlink|mkdir)\s*\(|"
    r"<(fstream|filesystem)>|<fcntl\.h>"
)
_DESCRIPTORS = r"(?<![\w>])::(read|write|readv|writev)\s*\("
_SOCKETS = (
    r"(?<![\w>])::(socket|bind|listen|accept4?|connect|recv|recvmsg|sendmsg|setsockopt)\s*\(|"
    r"\bepoll_\w+|\beventfd\b|\btimerfd_\w+|<sys/(socket|epoll|eventfd)\.h>"
)
_ENVIRONMENT = r"\b(secure_)?getenv\b"
_THROWS = r"\bthrow\b"
_VOLATILE = r"(?<!asm )(?<!__asm__ )\bvolatile\b"

# (home, what, pattern, folders or files below home that own it)
RULES = [
    (("engine", "src"), "atomics", _ATOMICS, ["sync"]),
    (("engine", "src"), "threads and locks", _THREADS, ["sync"]),
    (("engine", "src"), "clock reads", _CLOCKS, ["base"]),
    (("engine", "src"), "randomness", _RANDOM, ["base"]),
    # sync/placement asks what the cgroup and the kernel grant; nothing of ours is stored there.
    (("engine", "src"), "file I/O", _FILES, ["journal", "sync/placement*", "sync/machine*"]),
    (("engine", "src"), "reads and writes", _DESCRIPTORS, ["journal"]),
    (("engine", "src"), "sockets", _SOCKETS, []),
    # base/mutant is part of a copy of the engine that only tests have.
    (("engine", "src"), "the environment", _ENVIRONMENT, ["base/mutant*"]),
    (("engine", "src"), "exceptions", _THROWS, []),
    (("engine", "include"), "exceptions", _THROWS, []),
    (("engine",), "volatile", _VOLATILE, []),
    (("server", "src"), "volatile", _VOLATILE, []),
    (("server", "src"), "sockets", _SOCKETS, ["net"]),
    (("server", "src"), "reads and writes", _DESCRIPTORS, ["net"]),
    (("server", "src"), "threads and locks", _THREADS, ["net"]),
    (("server", "src"), "atomics", _ATOMICS, ["net"]),
    (("server", "src"), "clock reads", _CLOCKS, []),
    (("server", "src"), "file I/O", _FILES, ["config"]),
    (("server", "src"), "the environment", _ENVIRONMENT, ["config"]),
]


def _owns(file, home, owners):
    inside = "/".join([*file.folders[len(home):], file.name])
    for owner in owners:
        pattern = re.escape(owner).replace(r"\*", "[^/]*")
        if re.match(pattern + ("$" if "*" in owner else "/"), inside):
            return True
    return False


def _code_with_includes(file):
    """Comments and literals blank, but the names of included headers kept."""
    lines = file.code.split("\n")
    for number, kind, name in file.includes:
        if kind == "<":
            lines[number - 1] = f"<{name}>"
    return lines


def check(tree):
    for home, what, pattern, owners in RULES:
        searched = re.compile(pattern)
        where = " and ".join(f"{'/'.join(home)}/{o}" for o in owners) or "nowhere here"
        for file in tree.code(*home):
            if _owns(file, home, owners):
                continue
            for number, line in enumerate(_code_with_includes(file), 1):
                match = searched.search(line)
                if match:
                    found = match.group().strip()
                    yield Finding(file.path, number, "owners", f"{what} ({found}) belong in: {where}")
