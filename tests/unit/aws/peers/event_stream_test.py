#!/usr/bin/env python3
"""Our event streams as botocore decodes them, however they are cut.

usage: event_stream_test.py <wire_peer>; ends with 77 where botocore is not installed.
"""
import random
import subprocess
import sys

try:
    from botocore.eventstream import EventStreamBuffer
except ImportError:
    print("skipped: no botocore (scripts/setup --test installs it)")
    sys.exit(77)

JSON = "application/x-amz-json-1.1"


def decode(stream, rng):
    buffer = EventStreamBuffer()
    while stream:
        size = rng.choice((1, 7, 100, 5000, 100000))
        buffer.add_data(stream[:size])
        stream = stream[size:]
        yield from buffer


def main(program):
    stream = subprocess.run([program, "event_stream"], stdout=subprocess.PIPE, check=True).stdout
    sizes = []
    while not sizes or sizes[-1] * 3 + 1 < 200_000:
        sizes.append(sizes[-1] * 3 + 1 if sizes else 0)
    for seed in range(20):
        messages = list(decode(stream, random.Random(seed)))
        first, *events, last = messages
        assert first.headers == {":message-type": "event", ":event-type": "initial-response",
                                 ":content-type": JSON}
        assert first.payload == b"{}"
        assert [len(event.payload) for event in events] == sizes
        for event in events:
            assert event.headers[":event-type"] == "SubscribeToShardEvent"
            assert set(event.payload) <= {ord("a") + len(event.payload) % 26}
        assert last.headers[":message-type"] == "exception"
        assert last.headers[":exception-type"] == "ResourceInUseException"
        assert last.payload == b'{"message":"in use"}'
        assert last.to_response_dict()["status_code"] == 400
    print(f"{len(messages)} messages, 20 ways of cutting them")


if __name__ == "__main__":
    main(sys.argv[1])
