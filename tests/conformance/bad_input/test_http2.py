"""Peers of HTTP/2 that mean no good, or do not know better."""
import socket
import time

import pytest

from support.http2_peer import Http2Peer
from support.raw_http import Closed, Peer, exchange, request

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = b"\0\0\0\x04\0\0\0\0\0"


def talk(server, data):
    """What a server says to these bytes until it closes, for a second at most."""
    with socket.create_connection((server.host, server.port), timeout=1) as s:
        answer = b""
        try:
            s.sendall(data)
            while part := s.recv(1 << 16):
                answer += part
        except (TimeoutError, ConnectionResetError, BrokenPipeError):
            pass
        return answer


def closes(server, data):
    with socket.create_connection((server.host, server.port), timeout=10) as s:
        try:
            s.sendall(data)
            while s.recv(1 << 16):
                pass
        except (ConnectionResetError, BrokenPipeError):
            pass


@pytest.mark.parametrize("data", [
    PREFACE + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    PREFACE + b"\xff" * 4096,
    PREFACE + SETTINGS + b"\0\0\x01\0\0\0\0\0\0x",              # DATA on stream 0
    PREFACE + SETTINGS + b"\0\0\x04\x03\0\0\0\0\x05\0\0\0\0",  # RST_STREAM of an idle stream
    PREFACE + SETTINGS + b"\x7f\xff\xff\x01\x04\0\0\0\x01",    # a frame of 8 MiB
    PREFACE + SETTINGS + b"\0\0\x01\x01\x05\0\0\0\x01\xff",    # a broken head
], ids=range(6))
def test_broken_frames_end_the_connection(server, data):
    closes(server, data)


@pytest.mark.parametrize("size", [1, 4, 15, 23])
def test_a_preface_in_two_parts(server, size):
    with socket.create_connection((server.host, server.port), timeout=10) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        s.sendall(PREFACE[:size])
        time.sleep(0.05)
        s.sendall(PREFACE[size:] + SETTINGS)
        assert s.recv(9)[3] == 4  # SETTINGS


def test_what_begins_like_a_preface_and_is_none(server):
    assert talk(server, b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n").startswith(b"HTTP/1.1 505")
    assert talk(server, b"PRINT / HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 4")


def test_a_preface_behind_a_request_is_none(server):
    with Peer(server) as peer:
        peer.send(request() + PREFACE)
        assert peer.read().status == 200
        assert peer.read().status == 505
        with pytest.raises(Closed):
            peer.read()


def test_rapid_resets_end_the_connection(server):
    with Http2Peer(server) as peer:
        for _ in range(2000):
            stream = peer.begin_call("ListQueues", {})
            peer.h2.reset_stream(stream)
            peer.flush()
            if peer.closed:
                break
        peer.until_closed()


@pytest.mark.parametrize("frame", [
    b"\0\0\x08\x06\0\0\0\0\0" + b"\0" * 8,   # PING
    SETTINGS,
], ids=["ping", "settings"])
def test_floods_end_the_connection_or_are_answered(server, frame):
    closes_or_answers = talk(server, PREFACE + SETTINGS + frame * 100_000)
    assert closes_or_answers is not None
    assert exchange(server, request()).status == 200


def test_a_head_far_too_large(server):
    # An entry of 4,000 bytes for the table, then a byte for each time that it is named again.
    head = b"\x82\x86\x84\x41\x01h" + b"\x40\x01x\x7f\xa1\x1e" + b"v" * 4000 + b"\xbe" * 10_000
    closes(server, PREFACE + SETTINGS + len(head).to_bytes(3, "big") + b"\x01\x05\0\0\0\x01" + head)


def test_a_head_that_never_ends(server):
    head = b"\0\0\x06\x01\x01\0\0\0\x01\x82\x86\x84\x41\x01h"
    closes(server, PREFACE + SETTINGS + head + b"\0\0\x01\x09\0\0\0\0\x01\x82" * 1000)


def test_fields_that_http_2_does_not_know(server):
    with Http2Peer(server) as peer:
        peer.h2.config.normalize_outbound_headers = False
        peer.h2.config.validate_outbound_headers = False
        for field in (("connection", "close"), ("transfer-encoding", "chunked"), ("x\r\ny", "z"),
                      ("x", "a\r\nb: c"), ("X-Upper", "a"), ("content-length", "5")):
            answer = peer.finish(peer.begin_call("ListQueues", {}, [field]))
            assert answer.reset_with == 1 or answer.status == 400, field
        peer.call("ListQueues")
