"""HTTP that is cut, unusual, or made to be read in two ways."""
import time

import pytest

from support.raw_http import Closed, JSON_TYPE, Peer, exchange, head, refused_and_closed, request

START = b"POST / HTTP/1.1"
HOST = b"Host: localhost"
TYPE = b"Content-Type: " + JSON_TYPE
LIST = b"X-Amz-Target: AmazonSQS.ListQueues"
SMUGGLED = request("CreateQueue", b'{"QueueName":"smuggled"}')
CHUNKED = b"Transfer-Encoding: chunked"


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def post(*fields, body=b""):
    return head(START, HOST, TYPE, LIST, *fields) + body


# Sound, if unusual.

def test_pipelined_requests_are_answered_in_order(server, kept):
    operations = ["ListQueues", "MakeCoffee", "GetQueueUrl", "ListQueues"] * 25
    with Peer(server) as peer:
        peer.send(b"".join(request(name, {"QueueName": "kept"}) for name in operations))
        answers = [peer.read() for _ in operations]
    for name, answer in zip(operations, answers):
        assert (answer.status == 200) == (name != "MakeCoffee")
        assert ("QueueUrl" in answer.json()) == (name == "GetQueueUrl")


def test_a_long_poll_in_a_pipeline_holds_the_order(server, boto3_sqs):
    url = boto3_sqs.call("CreateQueue", QueueName="pipeline")["QueueUrl"]
    with Peer(server) as peer:
        peer.send(request("ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 1}) + request())
        began = time.monotonic()
        assert peer.read().json() == {}
        assert time.monotonic() - began > 0.9
        assert "QueueUrls" in peer.read().json()


def test_byte_by_byte(server):
    with Peer(server) as peer:
        for byte in request("ListQueues", b'{"MaxResults": 5}'):
            peer.send(bytes([byte]))
        assert peer.read().status == 200


def test_an_empty_line_before_a_request_is_skipped(server):
    with Peer(server) as peer:
        for _ in range(3):
            peer.send(b"\r\n" + request())
            assert peer.read().status == 200


def test_absolute_form(server):
    assert exchange(server, request(path="http://localhost/")).status == 200


@pytest.mark.parametrize("version, fields, stays", [
    (b"1.1", [], True), (b"1.1", [b"Connection: close"], False), (b"1.0", [], False),
])
def test_connection_stays_open_as_the_version_says(server, version, fields, stays):
    data = request(fields=fields).replace(b"HTTP/1.1", b"HTTP/" + version)
    with Peer(server) as peer:
        peer.send(data)
        assert peer.read().status == 200
        if stays:
            peer.send(data)
            assert peer.read().status == 200
        else:
            assert peer.ends()


def test_expectation_is_met_before_the_body_comes(server):
    body = b'{"MaxResults": 5}'
    with Peer(server) as peer:
        peer.send(post(b"Expect: 100-continue", b"Content-Length: %d" % len(body)))
        assert peer.read().status == 100
        peer.send(body)
        assert peer.read().status == 200


def test_other_expectations_are_refused(server):
    with Peer(server) as peer:
        peer.send(post(b"Expect: miracles", b"Content-Length: 2"))
        assert peer.read().status == 417


@pytest.mark.parametrize("body", [
    chunk(b'{"MaxResults": 5}') + b"0\r\n\r\n",
    b"".join(chunk(bytes([byte])) for byte in b'{"MaxResults": 5}') + b"0\r\n\r\n",
    b"0\r\n\r\n",
    b'0011\r\n{"MaxResults": 5}\r\n00\r\n\r\n',
    b'11;name=value\r\n{"MaxResults": 5}\r\n0;last\r\nTrailer: field\r\n\r\n',
], ids=["one", "bytes", "empty", "zeros", "extensions"])
def test_chunked_bodies(server, body):
    with Peer(server) as peer:
        peer.send(post(CHUNKED, body=body))
        assert peer.read().status == 200
        peer.send(request())
        assert peer.read().status == 200


def test_a_chunked_mebibyte(server, boto3_sqs):
    url = boto3_sqs.call("CreateQueue", QueueName="chunks")["QueueUrl"].encode()
    body = b'{"QueueUrl":"%s","MessageBody":"%s"}' % (url, b"c" * 1048576)
    pieces = b"".join(chunk(body[i:i + 5000]) for i in range(0, len(body), 5000)) + b"0\r\n\r\n"
    answer = exchange(server, head(
        START, HOST, TYPE, b"X-Amz-Target: AmazonSQS.SendMessage", CHUNKED
    ) + pieces)
    assert answer.status == 200


# Refused, with the connection: what follows could be read in two ways.

CHUNKED_END = b"0\r\n\r\n"
TWO_WAYS = {
    "length and chunked": post(CHUNKED, b"Content-Length: 5", body=CHUNKED_END),
    "chunked and length": post(b"Content-Length: 5", CHUNKED, body=CHUNKED_END),
    "two lengths": post(b"Content-Length: 0", b"Content-Length: 9"),
    "list of lengths": post(b"Content-Length: 0, 9"),
    "signed length": post(b"Content-Length: +0"),
    "negative length": post(b"Content-Length: -1"),
    "hexadecimal length": post(b"Content-Length: 0x0"),
    "empty length": post(b"Content-Length:"),
    "length with text": post(b"Content-Length: 0a"),
    "length beyond 64 bits": post(b"Content-Length: 99999999999999999999999"),
    "length and space before colon": post(b"Content-Length : 0"),
    "chunked and space before colon": post(b"Transfer-Encoding : chunked", body=CHUNKED_END),
    "chunked twice": post(CHUNKED, CHUNKED, body=CHUNKED_END),
    "chunked, chunked": post(b"Transfer-Encoding: chunked, chunked", body=CHUNKED_END),
    "chunked not last": post(b"Transfer-Encoding: chunked, gzip", body=CHUNKED_END),
    "gzip": post(b"Transfer-Encoding: gzip", body=CHUNKED_END),
    "identity": post(b"Transfer-Encoding: identity", b"Content-Length: 0"),
    "xchunked": post(b"Transfer-Encoding: xchunked", body=CHUNKED_END),
    "vertical tab": post(b"Transfer-Encoding: \x0bchunked", body=CHUNKED_END),
    "chunked in HTTP/1.0":
        post(CHUNKED, body=CHUNKED_END).replace(b"HTTP/1.1", b"HTTP/1.0"),
    "folded field": post(b"Content-Length: 0", b"X-A: b\r\n c"),
    "bare line feeds": post(b"Content-Length: 0").replace(b"\r\n", b"\n"),
    "bare carriage return": post(b"X-A: b\rContent-Length: 9", b"Content-Length: 0"),
    "NUL in a field": post(b"X-A: b\x00c", b"Content-Length: 0"),
    "field without colon": post(b"Content-Length", b"Content-Length: 0"),
    "field without name": post(b": value", b"Content-Length: 0"),
    "space first": head(START, b" Host: localhost", TYPE, LIST),
    "no host": head(START, TYPE, LIST, b"Content-Length: 0"),
    "two hosts": post(b"Host: elsewhere", b"Content-Length: 0"),
    "chunk size with sign": post(CHUNKED, body=b"+0\r\n\r\n"),
    "chunk size with 0x": post(CHUNKED, body=b"0x0\r\n\r\n"),
    "chunk size missing": post(CHUNKED, body=b"\r\n\r\n"),
    "chunk size too large": post(CHUNKED, body=b"ffffffffffffffff\r\n"),
    "chunk size of 17 digits": post(CHUNKED, body=b"00000000000000000\r\n\r\n")
        .replace(b"00000000000000000", b"10000000000000000"),
    "chunk longer than its size": post(CHUNKED, body=b"2\r\n{}x\r\n0\r\n\r\n"),
    "chunk line with bare line feed": post(CHUNKED, body=b"2\n{}\r\n0\r\n\r\n"),
    "endless chunk extension": post(CHUNKED, body=b"2;" + b"x" * 100000),
}


@pytest.mark.parametrize("name", TWO_WAYS)
def test_what_can_be_read_in_two_ways_is_refused(server, name):
    refused_and_closed(server, TWO_WAYS[name] + SMUGGLED, 400, 411, 413, 431, 501)


NO_REQUEST = {
    "no version": b"POST /\r\n\r\n",
    "version 0.9": b"GET /\r\n",
    "version 2.0": b"POST / HTTP/2.0\r\nHost: a\r\n\r\n",
    "version 1.10": b"POST / HTTP/1.10\r\nHost: a\r\n\r\n",
    "lower-case version": b"POST / http/1.1\r\nHost: a\r\n\r\n",
    "no method": b" / HTTP/1.1\r\nHost: a\r\n\r\n",
    "two spaces": b"POST  / HTTP/1.1\r\nHost: a\r\n\r\n",
    "space in target": b"POST /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "binary": bytes(range(256)),
    "TLS client hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 507,
    "NULs": b"\x00" * 5000,
    "a long method": b"A" * 100000 + b" / HTTP/1.1\r\n\r\n",
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00" * 9,
}


@pytest.mark.parametrize("name", NO_REQUEST)
def test_what_is_no_request_is_refused(server, name):
    refused_and_closed(server, NO_REQUEST[name] + b"\r\n\r\n", 400, 414, 431, 501, 505)


# Too much.

def test_ten_megabytes_of_header(server):
    data = head(START, HOST, TYPE, LIST, b"X-Long: " + b"x" * 10_000_000, b"Content-Length: 0")
    refused_and_closed(server, data, 400, 431)


def test_ten_megabytes_of_header_lines(server):
    lines = [b"X-Line-%d: %s" % (i, b"y" * 90) for i in range(100_000)]
    refused_and_closed(server, head(START, HOST, TYPE, LIST, *lines), 400, 431)


def test_header_without_an_end_is_cut_off(server):
    """The server answers before the header ends, for it never would."""
    with Peer(server) as peer:
        peer.send(START + b"\r\nHost: localhost\r\nX-Long: " + b"x" * 200_000)
        try:
            assert peer.read().status in (400, 431)
        except Closed:
            pass


def test_a_long_target(server):
    assert refused_and_closed(
        server, request(path="/" + "p" * 100_000), 400, 414, 431
    ) in (414, None)


@pytest.mark.parametrize("length", [17_000_000, 2**40, 2**63 - 1])
def test_body_that_is_too_long_is_refused_before_it_comes(server, length):
    with Peer(server) as peer:
        peer.send(post(b"Content-Length: %d" % length))
        answer = peer.read()
        assert answer.status == 413
        assert answer.fields["connection"] == "close"
        assert peer.ends()


def test_chunks_without_end_are_cut_off(server):
    with Peer(server, timeout=30) as peer:
        peer.send(post(CHUNKED))
        piece = chunk(b"x" * 65536)
        for _ in range(200):  # 13 MB
            peer.send(piece)
        try:
            assert peer.read().status == 413
        except Closed:
            pass


# Cut short.

@pytest.mark.parametrize("keep", [1, 10, 17, 60, 120, -1])
def test_peer_that_goes_in_the_middle(server, keep):
    data = request("CreateQueue", b'{"QueueName":"smuggled"}')
    with Peer(server) as peer:
        peer.send(data[:keep])
    with Peer(server) as peer:
        peer.send(request())
        assert peer.read().status == 200


def test_hundred_requests_that_never_end_hold_nobody_up(server):
    peers = [Peer(server) for _ in range(100)]
    try:
        for number, peer in enumerate(peers):
            peer.send(request("ListQueues", b'{"MaxResults": 5}')[: 20 + number])
        began = time.monotonic()
        assert exchange(server, request()).status == 200
        assert time.monotonic() - began < 2
    finally:
        for peer in peers:
            peer.socket.close()


def test_answer_that_is_not_read_holds_nobody_up(server, boto3_sqs):
    url = boto3_sqs.call("CreateQueue", QueueName="unread")["QueueUrl"]
    boto3_sqs.call("SendMessage", QueueUrl=url, MessageBody="u" * 1048576)
    ask = request("ReceiveMessage", {"QueueUrl": url, "VisibilityTimeout": 0})
    with Peer(server) as slow:
        slow.send(ask * 50)  # 50 MiB of answers
        time.sleep(0.2)
        began = time.monotonic()
        assert exchange(server, request()).status == 200
        assert time.monotonic() - began < 2
    boto3_sqs.call("DeleteQueue", QueueUrl=url)
