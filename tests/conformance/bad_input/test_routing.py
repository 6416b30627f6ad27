"""Requests for what is not served: the wrong target, content type, method or path."""
import pytest

from support.raw_http import Peer, exchange, head, request

TYPE = b"Content-Type: application/x-amz-json-1.0"
HOST = b"Host: localhost"
EMPTY = b"Content-Length: 0"


@pytest.mark.parametrize("target", [
    "AmazonSQS.MakeCoffee", "AmazonSQS.", "AmazonSQS.sendmessage", "AmazonSNS.Publish",
    "SendMessage", "", ".", "AmazonSQS.SendMessage.", "AmazonSQS." + "x" * 5000,
    "amazonsqs.ListQueues",
], ids=lambda target: repr(target[:32]))
def test_unknown_targets_are_refused(server, target):
    answer = exchange(server, head(
        b"POST / HTTP/1.1", HOST, TYPE, b"X-Amz-Target: " + target.encode(), EMPTY,
    ))
    assert 400 <= answer.status < 500
    assert answer.error() == "UnknownOperationException"


@pytest.mark.parametrize("media", [
    b"application/x-amz-json-1.1", b"application/json", b"text/plain", b"",
    b"application/x-amz-json-1.0x", b"multipart/form-data; boundary=b",
])
def test_other_content_types_are_refused(server, media):
    answer = exchange(server, head(
        b"POST / HTTP/1.1", HOST, b"Content-Type: " + media, b"X-Amz-Target: AmazonSQS.ListQueues",
        EMPTY,
    ))
    assert 400 <= answer.status < 500
    assert answer.error()


def test_a_client_that_writes_cbor_is_refused_in_cbor(server):
    cbor = b"Content-Type: application/x-amz-cbor-1.1"
    answer = exchange(server, head(
        b"POST / HTTP/1.1", HOST, cbor, b"X-Amz-Target: AmazonSQS.ListQueues", EMPTY,
    ))
    assert answer.status == 415
    assert answer.body.startswith(b"\xbf\x66__type\x78\x1cUnsupportedProtocolException")


@pytest.mark.parametrize("media", [
    b"application/x-amz-json-1.0; charset=utf-8", b"Application/X-Amz-JSON-1.0",
])
def test_spelling_of_the_content_type(server, media):
    answer = exchange(server, head(
        b"POST / HTTP/1.1", HOST, b"Content-Type: " + media, b"X-Amz-Target: AmazonSQS.ListQueues",
        EMPTY,
    ))
    assert answer.status == 200


@pytest.mark.parametrize("field", [
    b"Origin: http://evil.example", b"Origin: null", b"Sec-Fetch-Site: cross-site",
])
def test_forms_of_web_pages_are_refused(server, field):
    """A page may post a form anywhere without asking, so it could purge its visitor's queues."""
    body = b"Action=CreateQueue&QueueName=smuggled"
    answer = exchange(server, head(
        b"POST / HTTP/1.1", HOST, b"Content-Type: application/x-www-form-urlencoded", field,
        b"Content-Length: %d" % len(body),
    ) + body)
    assert answer.status == 403
    assert b"<Code>AccessDenied</Code>" in answer.body


@pytest.mark.parametrize("line", [
    b"GET / HTTP/1.1", b"GET /favicon.ico HTTP/1.1", b"GET /?Action=MakeCoffee HTTP/1.1",
    b"PUT / HTTP/1.1", b"DELETE / HTTP/1.1", b"PATCH / HTTP/1.1", b"OPTIONS * HTTP/1.1",
    b"TRACE / HTTP/1.1", b"POST / HTTP/1.1", b"POST /_millrace/health HTTP/1.1",
    b"DELETE /_millrace/metrics HTTP/1.1", b"GET /_millrace/ HTTP/1.1",
    b"GET /_millrace/../_millrace/health HTTP/1.1", b"PURGE /x HTTP/1.1",
])
def test_other_methods_and_paths_are_refused(server, line):
    answer = exchange(server, head(line, HOST, EMPTY))
    assert 400 <= answer.status < 502
    assert answer.status != 500


def test_connect_is_refused(server):
    answer = exchange(server, head(b"CONNECT example.com:443 HTTP/1.1", b"Host: example.com"))
    assert 400 <= answer.status < 502


@pytest.mark.parametrize("path", ["/_millrace/health", "/_millrace/ready", "/_millrace/metrics"])
def test_own_paths_answer(server, path):
    status, fields, body = server.request("GET", path)
    assert status == 200
    assert body and fields["Content-Type"]


def test_head_has_the_fields_and_no_body(server):
    with Peer(server) as peer:
        peer.send(head(b"HEAD /_millrace/health HTTP/1.1", HOST))
        answer = peer.read(has_body=False)
        assert answer.status == 200
        assert int(answer.fields["content-length"]) > 0
        peer.send(request())
        assert peer.read().status == 200  # and no byte was in between


def test_time_stands_by_the_wall_clock_unless_asked(server):
    status, _, _ = server.request(
        "POST", "/_millrace/clock/advance", '{"milliseconds": 1000}',
        {"Content-Type": "application/json"},
    )
    assert 400 <= status < 500
