"""A producer and a worker of sqs-producer and sqs-consumer, over the AWS SDK for JavaScript."""
import json
import os
import pathlib
import subprocess

import pytest

from behaviour.queue_calls import counters
from support import js_client

WORKER = pathlib.Path(__file__).with_name("sqs_worker.mjs")
MESSAGES = 30


def work(server, url):
    """What the worker handled, in order, and the messages with which it failed once."""
    done = subprocess.run(
        [js_client.node_program(), WORKER, server.url, url, str(MESSAGES)],
        env={"PATH": os.environ["PATH"], "MILLRACE_NODE_MODULES": js_client.node_modules()},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    return answer["handled"], answer["failed"]


@pytest.mark.parametrize("fifo", [False, True], ids=["standard", "fifo"])
def test_every_message_is_handled_once_and_deleted(server, boto3_sqs, queue, make_fifo, fifo):
    url = make_fifo() if fifo else queue
    handled, failed = work(server, url)
    assert sorted(handled) == sorted(f"{i} <&> \u20ac" for i in range(MESSAGES))
    assert sorted(failed) == list(range(0, MESSAGES, 5))
    assert counters(boto3_sqs, url) == [0, 0, 0]
