"""The Java libraries for streams: a process a program of ours that runs them (kcl/java). What
scripts/setup --test has fetched into build/kcl, or MILLRACE_KCL, is all that they need."""
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
SOURCES = ROOT / "tests/conformance/kcl/java"
JARS = pathlib.Path(os.environ.get("MILLRACE_KCL") or ROOT / "build/kcl")
# Short programs on few cores: the second compiler and several collectors cost more than they give.
OPTIONS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m",
           "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")


def missing():
    """What is not there, in words; nothing if all is."""
    absent = [program for program in ("java", "javac") if not shutil.which(program)]
    return absent + [str(JARS / name) for name in ("kcl2", "kcl3") if not any(JARS.glob(f"{name}/*.jar"))]


class Library:
    """Our programs, compiled against one version of the libraries."""

    def __init__(self, name, into):
        jars = f"{JARS / name}/*"
        programs = [path for path in SOURCES.glob("*.java") if name == "kcl2" or path.stem == "Consume"]
        subprocess.run(["javac", "-nowarn", "-d", into, "-cp", jars, *programs], check=True, timeout=120,
                       capture_output=True)
        self.classes = f"{into}{os.pathsep}{jars}"

    def start(self, program, *arguments, **options):
        return subprocess.Popen(["java", *OPTIONS, "-cp", self.classes, program, *arguments],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, **options)

    def run(self, program, *arguments, lines=()):
        """Its lines of output, each split at its tabs, for these lines of input."""
        with self.start(program, *arguments, stderr=subprocess.PIPE) as process:
            try:
                out, err = process.communicate("".join(f"{line}\n" for line in lines).encode(), timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        assert process.returncode == 0, err.decode()
        return split(out.decode())


def split(text):
    return [line.split("\t") for line in text.splitlines()]
