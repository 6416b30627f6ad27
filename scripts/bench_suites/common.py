"""What the suites share: the build, running a program that prints JSON, statistics, records."""
import dataclasses
import json
import pathlib
import random
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class BenchError(Exception):
    """Something that stops the measuring; its text is for the user."""


@dataclasses.dataclass
class Settings:
    build_dir: pathlib.Path | None
    results_dir: pathlib.Path | None
    quick: bool

    def __post_init__(self):
        self.build_dir = (self.build_dir or ROOT / "build" / "release").resolve()
        self.results_dir = (self.results_dir or ROOT / "results").resolve()

    def program(self, *parts: str) -> str:
        path = self.build_dir.joinpath(*parts)
        if not path.exists():
            raise BenchError(f"{path} is not built")
        return str(path)


def build(settings: Settings, programs: set[str]) -> None:
    """Makes these programs of the release preset, and what writes records."""
    for command in (["cmake", "--preset", "release", "-B", str(settings.build_dir)],
                    ["cmake", "--build", str(settings.build_dir), "--target", "millrace_record",
                     *sorted(programs)]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BenchError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def run_json(command: list[str], allowed: tuple[int, ...] = (0,), timeout_s: float = 600) -> dict:
    """Runs a program of ours and gives the JSON object that it prints."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)
    if done.returncode not in allowed:
        raise BenchError(f"{' '.join(command)} ended with {done.returncode}: "
                         f"{done.stderr.strip() or done.stdout.strip()[-500:]}")
    return json.loads(done.stdout)


def interval(samples: list[float]) -> tuple[float, float]:
    """Bootstrap interval of 95 % of the median; seeded, so that a record can be recomputed."""
    if len(samples) < 3:
        return min(samples), max(samples)
    drawn = random.Random(1)
    medians = sorted(statistics.median(drawn.choices(samples, k=len(samples)))
                     for _ in range(1000))
    return medians[25], medians[974]


class Record:
    """One record in the making. The machine is observed from construction to finish()."""

    def __init__(self, settings: Settings, suite: str):
        self.directory = settings.results_dir
        self.suite = suite
        self.content = {"parameters": {}, "metrics": [], "goals": [], "notes": [], "facts": {},
                        "headline": [], "attachments": {}}
        self.process = subprocess.Popen(
            [settings.program("perf", "millrace_record"), suite, str(settings.results_dir)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.parameter("command", f"scripts/bench --suite {suite}"
                                  + (" --quick" if settings.quick else ""))

    def parameter(self, name: str, value) -> None:
        self.content["parameters"][name] = str(value)

    def metric(self, name: str, samples, unit: str, better: str = "neither",
               headline: bool = False) -> float:
        """Adds the median of the samples (or one value) and gives it."""
        samples = list(samples) if isinstance(samples, (list, tuple)) else [samples]
        value = statistics.median(samples)
        figure = {"name": name, "value": value, "unit": unit, "better": better}
        if len(samples) > 1:
            figure["low"], figure["high"] = interval(samples)
            figure["samples"] = samples
        self.content["metrics"].append(figure)
        if headline:
            self.content["headline"].append(name)
        print(f"  {name:58s} {value:16,.3f} {unit}", flush=True)
        return value

    def goal(self, name: str, value: float, relation: str, bound: float, gated: bool = True) -> None:
        self.content["goals"].append({"name": name, "value": value, "relation": relation,
                                      "bound": bound, "gated": gated})
        met = value >= bound if relation == ">=" else value <= bound
        print(f"  {'met   ' if met else 'MISSED'} {name}: {value:,.4g} {relation} {bound:,.4g}",
              flush=True)

    def note(self, sentence: str) -> None:
        self.content["notes"].append(sentence)

    def fact(self, name: str, value) -> None:
        self.content["facts"][name] = value

    def attach(self, name: str, content: str) -> None:
        self.content["attachments"][name] = content

    def finish(self) -> int:
        """Writes the record; gives 0, 1 (a gated goal missed) or 3 (invalid)."""
        output, _ = self.process.communicate(json.dumps(self.content))
        print(f"  -> {output.strip()}", flush=True)
        if self.process.returncode not in (0, 1, 3):
            raise BenchError(f"the record of {self.suite} could not be written")
        return self.process.returncode

    def abandon(self) -> None:
        """Ends without writing; for use when the measuring failed."""
        self.process.kill()
        self.process.wait()


def recorded(suite: str, measure):
    """A suite's run(settings): opens its record, fills it by measure(settings, record), writes it."""
    def run(settings: Settings) -> int:
        record = Record(settings, suite)
        try:
            measure(settings, record)
        except BaseException:
            record.abandon()
            raise
        return record.finish()
    return run
