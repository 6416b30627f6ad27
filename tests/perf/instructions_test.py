"""Instructions of a receive and delete from the head of a deep queue and of a shallow one, counted by
cachegrind: equal within 10 %. Usage: instructions_test.py QUEUE_CYCLE"""
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from bench_suites.in_process import backlog_instructions  # noqa: E402

DRAIN = 1000
SKIPPED = 77


def main() -> int:
    if shutil.which("valgrind") is None:
        print("valgrind is not installed")
        return SKIPPED
    program = sys.argv[1]
    cost = {depth: (backlog_instructions(program, depth, DRAIN)
                    - backlog_instructions(program, depth, 0)) / DRAIN for depth in (1000, 50_000)}
    ratio = cost[50_000] / cost[1000]
    print(f"instructions a message: {cost}, ratio {ratio:.3f}")
    return 0 if 0.9 <= ratio <= 1.1 else 1


if __name__ == "__main__":
    sys.exit(main())
