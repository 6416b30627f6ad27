"""Seconds of random bytes on many connections, beside honest clients who must not notice."""
import os
import random
import socket
import threading
import time

from support.boto3_client import Boto3Client
from support.raw_http import SEEDS

SECONDS = float(os.environ.get("MILLRACE_HAMMER_SECONDS", "5"))
ATTACKERS = 6
HONEST = 3


def mutate(rng, data):
    """A few changes of a kind that parsers get wrong."""
    data = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(6)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at:at] = rng.randbytes(rng.randint(1, 20))
        elif kind == 2:
            del data[at:at + rng.randint(1, 30)]
        elif kind == 3:
            data[at:at] = rng.choice([b"\r\n", b"\n", b"\x00", b":", b" ", b'"', b"{", b"\\u", b"-"])
        elif kind == 4:
            data[at:at] = data[at:at + rng.randint(1, 60)]
        else:
            del data[at:]
    return bytes(data)


def attack(server, seed, until, sent):
    rng = random.Random(seed)
    while time.monotonic() < until:
        try:
            with socket.create_connection((server.host, server.port), timeout=5) as peer:
                peer.settimeout(0.05)
                for _ in range(rng.randint(1, 5)):
                    if rng.random() < 0.2:
                        peer.sendall(rng.randbytes(rng.randint(1, 5000)))
                    else:
                        peer.sendall(mutate(rng, rng.choice(SEEDS)))
                    sent[0] += 1
                if rng.random() < 0.5:
                    peer.recv(4096)
        except OSError:
            pass  # refused, closed, or waiting for more: all fair


def work(server, name, until, problems, done):
    client = Boto3Client(server)
    url = client.call("CreateQueue", QueueName=name)["QueueUrl"]
    number = 0
    try:
        while time.monotonic() < until:
            body = f"{name} {number}"
            client.call("SendMessage", QueueUrl=url, MessageBody=body)
            messages = client.call("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=5)["Messages"]
            assert [message["Body"] for message in messages] == [body]
            client.call(
                "DeleteMessage", QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"]
            )
            number += 1
    except Exception as problem:
        problems.append(problem)
    done.append(number)
    client.close()


def test_garbage_beside_honest_work(server):
    seed = int(os.environ.get("MILLRACE_HAMMER_SEED", random.randrange(1 << 32)))
    print(f"seed {seed}")  # pytest shows it when the test fails
    until = time.monotonic() + SECONDS
    problems, done, sent = [], [], [0]
    threads = [
        threading.Thread(target=attack, args=(server, seed + i, until, sent))
        for i in range(ATTACKERS)
    ] + [
        threading.Thread(target=work, args=(server, f"honest-{i}", until, problems, done))
        for i in range(HONEST)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, problems
    assert len(done) == HONEST and min(done) > 0
    assert sent[0] > 100, "the attack was too small to say anything"
