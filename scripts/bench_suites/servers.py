"""Starts and stops the measured servers, and runs the load generator against one."""
import contextlib
import http.client
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from .common import ROOT, BenchError, Settings, run_json

FAUXQS = "fauxqs@1.9.2"
FAUXQS_START = """
import {startFauxqs} from 'fauxqs';
await startFauxqs({port: Number(process.argv[2]), host: '127.0.0.1', logger: false});
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def resident_bytes(pid: int, field: str = "VmRSS") -> int:
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise BenchError(f"no {field} of process {pid}")


class Server:
    """A running server; stopped when its `with` block ends."""

    def __init__(self, name: str, command: list[str], port: int, health: str, cwd=None, cpus=None,
                 healthy=(200,)):
        self.name, self.port, self.health = name, port, health
        self.healthy = healthy  # statuses that a living server answers with
        self.output = tempfile.TemporaryFile()
        pin = (lambda: os.sched_setaffinity(0, cpus)) if cpus else None
        started = time.perf_counter()
        self.process = subprocess.Popen(command, cwd=cwd, stdout=self.output, stderr=self.output,
                                        stdin=subprocess.DEVNULL, preexec_fn=pin)
        try:
            self.await_answer()
        except BaseException:
            self.stop()
            raise
        self.first_answer_ms = (time.perf_counter() - started) * 1e3

    def await_answer(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise BenchError(f"{self.name} ended: {self.said()}")
            ask = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with contextlib.closing(ask), contextlib.suppress(OSError, http.client.HTTPException):
                ask.request("GET", self.health)
                if ask.getresponse().status in self.healthy:
                    return
            time.sleep(0.0005)
        raise BenchError(f"{self.name} does not answer: {self.said()}")

    def said(self) -> str:
        self.output.seek(0)
        return self.output.read()[-1000:].decode(errors="replace")

    def load(self, settings: Settings, workload: str, *arguments: str, cpu=None) -> dict:
        """One run of millrace_load; wrong answers stop the measuring, a void run is returned."""
        command = [settings.program("perf", "millrace_load"), "--json", "--workload", workload,
                   "--port", str(self.port), "--server-pid", str(self.process.pid), *arguments]
        if "--noop-path" not in arguments:
            command += ["--noop-path", self.health]
        if cpu is not None:
            command += ["--cpu", str(cpu)]
        return run_json(command, allowed=(0, 3))

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.output.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def millraced(settings: Settings, cpus=None, *options: str) -> Server:
    port = free_port()
    command = [settings.program("server", "millraced"), "--port", str(port), *options]
    return Server("millraced", command, port, "/_millrace/health", cpus=cpus)


def fauxqs(cpus=None) -> Server:
    port = free_port()
    directory = install_fauxqs()
    return Server("fauxqs", ["node", "start.mjs", str(port)], port, "/health", cwd=directory,
                  cpus=cpus)


def install_fauxqs() -> pathlib.Path:
    directory = ROOT / "build" / "rivals"
    if not (directory / "node_modules" / "fauxqs").exists():
        if shutil.which("npm") is None:
            raise BenchError("the rival needs npm (Node.js 20)")
        directory.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(directory), FAUXQS]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BenchError(f"{' '.join(command)} failed: {done.stderr[-500:]}")
    (directory / "start.mjs").write_text(FAUXQS_START)
    return directory


def limited_by_server(outcome: dict) -> bool:
    """Its rate tells what the server can do: neither the generator nor other work on the machine."""
    return not outcome["generator"]["rate_needs_server_cpu"] and outcome["server"]["busy"] >= 0.8


def cpu_of_each(outcome: dict, what: str) -> float:
    """Server CPU in us for each of `what`: requests, messages or cycles."""
    return outcome["server"]["cpu_us_per_request"] * outcome["requests"] / outcome[what]


def faster_by_rate(fast: dict, slow: dict, what: str) -> float:
    return fast[f"{what}_per_second"] / slow[f"{what}_per_second"]


def faster_by_cpu(fast: dict, slow: dict, what: str) -> float:
    return cpu_of_each(slow, what) / cpu_of_each(fast, what)
