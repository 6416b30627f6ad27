"""Connections by the thousand to one server: with a long poll that waits on each, or idle."""
import http.client
import json
import resource
import select
import socket
import ssl
import statistics
import time

from .common import BenchError


FILES_OF_OUR_OWN = 100


def connections_possible(wanted: int) -> int:
    """How many of them the limit of open files lets one process have, which is raised if it may be."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard - FILES_OF_OUR_OWN)


def request(port: int, action: str, body: dict) -> bytes:
    text = json.dumps(body)
    return (f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/x-amz-json-1.0\r\n"
            f"X-Amz-Target: AmazonSQS.{action}\r\nContent-Length: {len(text)}\r\n\r\n{text}").encode()


def in_the_clear(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port))


def by_tls(port: int):
    """What connects to this port by TLS; it trusts whoever is there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return lambda _: context.wrap_socket(socket.create_connection(("127.0.0.1", port)))


class Parked:
    """`count` connections, each with a ReceiveMessage of 20 s under way on the same queue."""

    def __init__(self, port: int, count: int, connect=in_the_clear):
        self.port = port
        self.sender = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.url = self.ask("CreateQueue", {"QueueName": "parked"})["QueueUrl"]
        self.poll_bytes = request(port, "ReceiveMessage", {
            "QueueUrl": self.url, "WaitTimeSeconds": 20, "VisibilityTimeout": 600})
        self.epoll = select.epoll()
        self.sockets = {}
        for _ in range(count):
            each = connect(port)
            each.sendall(self.poll_bytes)
            self.sockets[each.fileno()] = each
            self.epoll.register(each.fileno(), select.EPOLLIN)

    def ask(self, action: str, body: dict) -> dict:
        self.sender.request("POST", "/", json.dumps(body), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{action}"})
        answer = self.sender.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise BenchError(f"{action}: {answer.status} {text[:200]}")
        return json.loads(text or b"{}")

    def await_parked(self, seconds: float = 15) -> None:
        """Until the server says that every poll waits."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.sender.request("GET", "/_millrace/metrics")
            text = self.sender.getresponse().read().decode()
            parked = [line.split()[-1] for line in text.splitlines()
                      if line.startswith("millrace_parked_receives")]
            if parked and float(parked[0]) == len(self.sockets):
                return
            self.renew()
            time.sleep(0.05)
        raise BenchError(f"not all of {len(self.sockets)} polls are parked: {parked}")

    def renew(self) -> None:
        """Polls again on connections whose 20 s are over."""
        for number, _ in self.epoll.poll(0):
            if b'"Messages"' in self.sockets[number].recv(65536):
                raise BenchError("a message that nobody sent")
            self.sockets[number].sendall(self.poll_bytes)

    def wake(self, messages: int) -> list[float]:
        """Sends messages one after the other; milliseconds from before each send to its delivery.
        Each must be delivered once, to one poll, which then waits again."""
        took = []
        for number in range(messages):
            begin = time.perf_counter()
            self.ask("SendMessage", {"QueueUrl": self.url, "MessageBody": str(number)})
            took.append((self.one_delivery(str(number)) - begin) * 1e3)
        if self.epoll.poll(0.05):
            raise BenchError("a poll was woken without a message")
        return took

    def one_delivery(self, body: str) -> float:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            for number, _ in self.epoll.poll(1):
                woken = time.perf_counter()
                each = self.sockets[number]
                text = each.recv(65536)
                each.sendall(self.poll_bytes)
                if b'"Messages"' not in text:
                    continue  # its 20 s were over
                if f'"Body":"{body}"'.encode() not in text:
                    raise BenchError(f"not the message that was sent: {text[-300:]}")
                return woken
        raise BenchError("a message woke no poll")

    def close(self) -> None:
        self.sender.close()
        for each in self.sockets.values():
            each.close()
        self.epoll.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Idle:
    """`count` connections, each with one request answered and kept alive."""

    def __init__(self, port: int, count: int, connect=in_the_clear):
        asked = request(port, "ListQueues", {})
        self.sockets = []
        for _ in range(count):
            each = connect(port)
            each.sendall(asked)
            if not each.recv(65536).startswith(b"HTTP/1.1 200"):
                raise BenchError("ListQueues is not answered")
            self.sockets.append(each)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for each in self.sockets:
            each.close()


def percentile(samples: list[float], share: float) -> float:
    return statistics.quantiles(samples, n=1000, method="inclusive")[round(share * 1000) - 1]
