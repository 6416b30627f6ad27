"""Topics through HTTP: millraced and the npm package fauxqs in turns: Publish to one queue and to ten, 16 connections, both processors shared by server and generator."""
import contextlib
import http.client
import json
import pathlib
import re
import tempfile
import urllib.parse

from .common import BenchError, Record, Settings, recorded
from .http import metrics_of, ratio_metric
from .servers import Server, fauxqs, millraced

BODY = "x" * 1024
# name, queues, raw delivery, messages a request, compared with the rival
CASES = (("publish_1", 1, True, 1, True), ("publish_10", 10, True, 1, True),
         ("publish_batch_1", 1, True, 10, True), ("publish_1_envelope", 1, False, 1, False))


def form_request(port: int, service: str, parameters: dict) -> bytes:
    """A signature that is well-formed, by which a server knows the service; ours asks for none."""
    text = urllib.parse.urlencode(parameters).encode()
    fields = {"Host": f"127.0.0.1:{port}", "Content-Type": "application/x-www-form-urlencoded",
              "Content-Length": str(len(text)), "X-Amz-Date": "20260101T000000Z",
              "Authorization": f"AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/{service}/aws4_request, "
                               "SignedHeaders=host, Signature=0"}
    head = "POST / HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return head.encode() + b"\r\n" + text


def ask(server: Server, service: str, version: str, action: str, **parameters: str) -> str:
    head, body = form_request(server.port, service,
                              {"Action": action, "Version": version} | parameters).split(b"\r\n\r\n", 1)
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    with contextlib.closing(connection):
        connection.request("POST", "/", body, fields)
        answer = connection.getresponse()
        text = answer.read().decode()
    if answer.status != 200:
        raise BenchError(f"{server.name}: {action}: status {answer.status}, {text[:300]!r}")
    return text


def sqs(server: Server, action: str, body: dict) -> None:
    """JSON: the rival does not speak the query protocol with queues."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    with contextlib.closing(connection):
        connection.request("POST", "/", json.dumps(body),
                           {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{action}",
                            "X-Amz-Date": "20260101T000000Z",
                            "Authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sqs/aws4_request, "
                                             "SignedHeaders=host, Signature=0"})
        answer = connection.getresponse()
        text = answer.read()
    if answer.status != 200:
        raise BenchError(f"{server.name}: {action}: status {answer.status}, {text[:300]!r}")


def make_topic(server: Server, name: str, queues: int, raw: bool) -> str:
    sns = "2010-03-31"
    found = re.search("<TopicArn>(.*?)</TopicArn>", ask(server, "sns", sns, "CreateTopic", Name=name))
    if not found:
        raise BenchError(f"{server.name}: CreateTopic shows no ARN")
    for number in range(queues):
        queue = f"{name}-{number}"
        sqs(server, "CreateQueue", {"QueueName": queue})
        parameters = {"TopicArn": found[1], "Protocol": "sqs",
                      "Endpoint": f"arn:aws:sqs:us-east-1:000000000000:{queue}"}
        if raw:
            parameters |= {"Attributes.entry.1.key": "RawMessageDelivery", "Attributes.entry.1.value": "true"}
        ask(server, "sns", sns, "Subscribe", **parameters)
    return found[1]


def publish_request(port: int, topic: str, messages: int) -> bytes:
    parameters = {"TopicArn": topic, "Version": "2010-03-31"}
    if messages == 1:
        return form_request(port, "sns", parameters | {"Action": "Publish", "Message": BODY})
    for i in range(1, messages + 1):
        member = f"PublishBatchRequestEntries.member.{i}"
        parameters |= {f"{member}.Id": str(i), f"{member}.Message": BODY}
    return form_request(port, "sns", parameters | {"Action": "PublishBatch"})


def measure_case(settings: Settings, server: Server, case: tuple, seconds: str) -> dict:
    name, queues, raw, messages, _ = case
    topic = make_topic(server, name, queues, raw)
    with tempfile.NamedTemporaryFile(suffix=".http") as file:
        pathlib.Path(file.name).write_bytes(publish_request(server.port, topic, messages))
        return server.load(settings, "post", "--request", file.name, "--items", str(messages),
                           "--expect", "<MessageId>", "--connections", "16", "--seconds", seconds)


def measure(settings: Settings, record: Record) -> None:
    rounds, seconds = (1, "0.5") if settings.quick else (5, "2")
    for name, value in (("connections", 16), ("body_bytes", 1024), ("rounds", rounds), ("seconds", seconds),
                        ("processors", "all shared")):
        record.parameter(name, value)
    record.note("CLOSED LOOP: service times, not what an open load would see.")
    record.note("Envelopes are signed: 0.2 ms of CPU each. Raw deliveries have none, and the rival makes none.")
    record.note("publish_N: to N queues, raw delivery; nobody receives meanwhile.")
    runs: dict[tuple[str, str], list[dict]] = {}
    for _ in range(rounds):
        for case in CASES:
            for start in (lambda: millraced(settings, None, "--memory-max", "8GiB"), fauxqs)[:1 + case[4]]:
                with start() as server:  # fresh each time: what a run left must not slow the next
                    outcome = measure_case(settings, server, case, seconds)
                    runs.setdefault((server.name, case[0]), []).append(outcome)
    for (name, what), of_kind in runs.items():
        metrics_of(record, f"{name}.{what}", of_kind)
    for name, _, _, _, compared in CASES:
        if compared:
            ratio_metric(record, f"{name}_per_fauxqs", runs["millraced", name], runs["fauxqs", name], "messages",
                         True)


run = recorded("topics", measure)
