"""Starts a millraced on a free loopback port, waits until it is ready, and always stops it.

Stopping is part of what is tested: SIGTERM must end the process with exit code 0, soon."""
import http.client
import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.parse

START_SECONDS_MAX = 20
STOP_SECONDS_MAX = 15
ADDRESS = re.compile(rb"127\.0\.0\.1:(\d+)")


class ServerFailed(AssertionError):
    """The server did not start, died, or did not end as it should."""


class Endpoint:
    """Where requests go; also stands for a server that somebody else runs (--endpoint)."""
    certificate = None  # the file of the one to trust, with TLS

    def __init__(self, url):
        self.url = url.rstrip("/")
        parts = urllib.parse.urlsplit(self.url)
        self.host, self.port = parts.hostname, parts.port

    def request(self, method, path, body=None, headers=None, timeout=10):
        """One HTTP exchange on a connection of its own: (status, headers, body)."""
        if self.certificate:
            trusting = ssl.create_default_context(cafile=self.certificate)
            connection = http.client.HTTPSConnection(
                self.host, self.port, timeout=timeout, context=trusting)
        else:
            connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def json(self, operation, body, path="/", headers=None):
        """One awsJson1_0 exchange: (status, headers, decoded body). A str or bytes body is sent
        as it is, so that it need not be JSON."""
        if not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        fields = {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"AmazonSQS.{operation}",
            "x-amzn-query-mode": "true",
        }
        fields.update(headers or {})
        status, answered, text = self.request(
            "POST", path, body, {name: value for name, value in fields.items() if value is not None}
        )
        return status, answered, json.loads(text) if text else {}

    def stop(self):
        """Nothing: it is not ours."""


class Server(Endpoint):
    """A millraced of our own; with `tls` it speaks nothing else, by a certificate of its own."""

    def __init__(self, program, *options, tls=False):
        self.log = tempfile.TemporaryFile()
        if tls:
            options = (*options, "--tls-self-signed", "--tls-only", "--tls-port", "0")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MILLRACE_")}
        port = [] if "--port" in options else ["--port", "0"]
        self.process = subprocess.Popen(
            [program, *port, *options],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=environment,
        )
        try:
            port = self._await_port()
            super().__init__(f"http{'s' if tls else ''}://127.0.0.1:{port}")
            if tls:
                self._keep_certificate()
            self._await_ready()
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise

    def output(self):
        """What it has printed so far."""
        return os.pread(self.log.fileno(), 1 << 20, 0)

    def check_alive(self):
        if self.process.poll() is not None:
            raise ServerFailed(f"ended with {self.process.returncode}: {self.output().decode()}")

    def _poll_until(self, found, what):
        end = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < end:
            self.check_alive()
            value = found()
            if value is not None:
                return value
            time.sleep(0.005)
        raise ServerFailed(f"{what} within {START_SECONDS_MAX} s: {self.output().decode()}")

    def _await_port(self):
        def port():
            match = ADDRESS.search(self.output())
            return int(match.group(1)) if match else None

        return self._poll_until(port, "named no address")

    def _keep_certificate(self):
        self.folder = tempfile.TemporaryDirectory(prefix="millrace_tls_")
        self.certificate = os.path.join(self.folder.name, "certificate.pem")
        pem = ssl.get_server_certificate((self.host, self.port), timeout=START_SECONDS_MAX)
        pathlib.Path(self.certificate).write_text(pem, encoding="ascii")

    def _await_ready(self):
        def ready():
            try:
                return True if self.request("GET", "/_millrace/ready")[0] == 200 else None
            except OSError:
                return None

        self._poll_until(ready, "not ready")

    def advance(self, seconds):
        """Virtual time moves on by so much (only with --virtual-time)."""
        body = json.dumps({"milliseconds": round(seconds * 1000)})
        status, _, text = self.request(
            "POST", "/_millrace/clock/advance", body, {"Content-Type": "application/json"}
        )
        assert status == 200, (status, text)

    def terminate(self):
        """Sends SIGTERM; returns the seconds that it took to end, with exit code 0."""
        begin = time.monotonic()
        self.check_alive()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise ServerFailed(f"SIGTERM did not end it: {self.output().decode()}") from None
        if code != 0:
            raise ServerFailed(f"SIGTERM ended it with {code}: {self.output().decode()}")
        return time.monotonic() - begin

    def stop(self):
        """As terminate, unless a test has ended it already."""
        if self.process.returncode is None:
            self.terminate()
        self.log.close()


def default_program():
    root = pathlib.Path(__file__).resolve().parents[3]
    return os.environ.get("MILLRACED") or str(root / "build/release/server/millraced")
