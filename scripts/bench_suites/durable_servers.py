"""Starts the brokers that are compared: millraced, Redis, RabbitMQ and NATS. Each in a folder of its own on
one file system, on a free loopback port; what they survive is said where they are started."""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

from .common import BenchError, Settings, run_json
from .servers import Server, free_port

RABBITMQ_SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server"


class NotInstalled(BenchError):
    """A rival's package is not there."""


class Peer(Server):
    """A server of another protocol, whose answer to `greeting` on a new connection begins with `welcome`."""

    greeting, welcome = b"", b""
    start_seconds_max = 60

    def __init__(self, name: str, command: list[str], port: int, folder, environment=None):
        self.folder = folder
        if environment:
            command = ["env", *[f"{key}={value}" for key, value in environment.items()], *command]
        super().__init__(name, command, port, "", cwd=folder.name)

    def await_answer(self) -> None:
        deadline = time.monotonic() + self.start_seconds_max
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise BenchError(f"{self.name} ended: {self.said()}")
            with contextlib.suppress(OSError):
                with socket.create_connection(("127.0.0.1", self.port), timeout=2) as ask:
                    ask.sendall(self.greeting)
                    if ask.recv(64).startswith(self.welcome):
                        return
            time.sleep(0.02)
        raise BenchError(f"{self.name} does not answer: {self.said()}")

    def send(self, settings: Settings, connections: int, seconds: float) -> dict:
        """One run of one-message requests of 1 KiB, each acknowledged when it is stored."""
        return self.ask(settings, "send", "--connections", str(connections), "--seconds", str(seconds))

    def cycle(self, settings: Settings, connections: int, seconds: float) -> dict:
        """One run of messages that are sent, received and deleted, one after the other."""
        outcome = self.ask(settings, "cycle", "--connections", str(connections), "--seconds", str(seconds))
        return outcome | {"cycles_per_second": outcome["messages_per_second"]}

    def ask(self, settings: Settings, workload: str, *arguments: str) -> dict:
        """One run of millrace_peer_load."""
        return run_json([settings.program("perf", "millrace_peer_load"), "--protocol", self.protocol,
                         "--workload", workload, "--port", str(self.port), "--server-pid",
                         str(self.accounted()), *arguments])

    def accounted(self) -> int:
        """The process whose CPU time is the server's."""
        return self.process.pid

    def stop(self) -> None:
        super().stop()
        self.folder.cleanup()


class Redis(Peer):
    protocol, greeting, welcome = "redis", b"PING\r\n", b"+PONG"

    def __init__(self, settings: Settings, sync: str = "always"):
        """`sync`: of its log: always, no (the system writes it when it likes), or none: no log."""
        if shutil.which("redis-server") is None:
            raise NotInstalled("the rival needs Debian's redis-server: scripts/setup --bench")
        port, folder = free_port(), scratch()
        super().__init__("redis", ["redis-server", "--port", str(port), "--bind", "127.0.0.1",
                                   "--dir", folder.name, "--save", "", "--appendonly",
                                   "no" if sync == "none" else "yes", "--appendfsync",
                                   "no" if sync == "none" else sync], port, folder)


class RabbitMq(Peer):
    protocol, greeting, welcome = "amqp", b"AMQP\x00\x00\x09\x01", b"\x01\x00\x00"

    def __init__(self, settings: Settings):
        if not os.path.exists(RABBITMQ_SERVER):
            raise NotInstalled("the rival needs Debian's rabbitmq-server: scripts/setup --bench")
        port, folder = free_port(), scratch()
        root = pathlib.Path(folder.name)
        (root / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\n")
        (root / "plugins").write_text("[].\n")
        names = str(free_port())
        # Erlang starts its name server as a daemon that stays; ours is there before it, and ends.
        self.name_server = subprocess.Popen(["epmd", "-address", "127.0.0.1", "-port", names])
        environment = {
            "HOME": folder.name, "ERL_EPMD_PORT": names, "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"bench{port}@localhost",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_CONFIG_FILE": str(root / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(root / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(root / "data"), "RABBITMQ_LOG_BASE": str(root / "log"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        super().__init__("rabbitmq", [RABBITMQ_SERVER], port, folder, environment)

    def accounted(self) -> int:
        """The script starts the virtual machine as its child, unless it has become it."""
        listed = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        children = listed.read_text().split()
        return int(children[0]) if children else self.process.pid

    def stop(self) -> None:
        super().stop()
        self.name_server.terminate()
        self.name_server.wait()


class Nats(Peer):
    protocol, greeting, welcome = "nats", b"", b"INFO "

    def __init__(self, settings: Settings):
        program = shutil.which("nats-server") or "/usr/sbin/nats-server"
        if not os.path.exists(program):
            raise NotInstalled("the rival needs Debian's nats-server: scripts/setup --bench")
        port, folder = free_port(), scratch()
        super().__init__("nats", [program, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd",
                                  folder.name], port, folder)


class DurableMillraced(Server):
    def __init__(self, settings: Settings, level: str = "disk"):
        self.folder = scratch()
        port = free_port()
        super().__init__("millraced", [settings.program("server", "millraced"), "--port", str(port),
                                       "--data", self.folder.name + "/data", "--durability", level],
                         port, "/_millrace/health")

    def send(self, settings: Settings, connections: int, seconds: float) -> dict:
        return self.load(settings, "send", "--connections", str(connections), "--seconds",
                         str(seconds))

    def cycle(self, settings: Settings, connections: int, seconds: float) -> dict:
        return self.load(settings, "srd", "--connections", str(connections), "--seconds",
                         str(seconds))

    def stop(self) -> None:
        super().stop()
        self.folder.cleanup()


def scratch() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="millrace_bench_", ignore_cleanup_errors=True)
