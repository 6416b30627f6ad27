"""A server with a data directory: what it acknowledged is there after a restart, however it ended."""
import os
import pathlib
import signal
import subprocess

import pytest

from behaviour.queue_calls import attributes, change, counters, delete, drain, receive, send
from support.boto3_client import Boto3Client
from support.errors import Refused


@pytest.fixture
def restartable(start_server, tmp_path):
    """start(*options) -> client of a server on one data directory; ends the one before, by `how`."""
    running = []

    def end(how="stop"):
        if not running:
            return
        server, client = running.pop()
        client.close()
        if how == "kill":
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
        server.stop()

    def start(*options, how="stop"):
        end(how)
        server = start_server("--data", str(tmp_path / "data"), *options)
        running.append((server, Boto3Client(server)))
        return running[0][1]

    start.server = lambda: running[0][0]
    start.directory = tmp_path / "data"
    start.end = end
    yield start
    end()


def make(sqs, name="orders", tags=None, **attributes_given):
    return sqs.call("CreateQueue", QueueName=name, Attributes=attributes_given,
                    tags=tags or {})["QueueUrl"]


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_messages_queues_and_attributes_are_there_after_a_restart(restartable, how):
    sqs = restartable()
    url = make(sqs, tags={"team": "blue"}, VisibilityTimeout="77", DelaySeconds="0")
    sent = {send(sqs, url, f"body {i} é", MessageAttributes={
        "n": {"DataType": "Number", "StringValue": str(i)}}): f"body {i} é" for i in range(25)}
    before = attributes(sqs, url)
    sqs = restartable(how=how)
    url = sqs.call("GetQueueUrl", QueueName="orders")["QueueUrl"]
    after = attributes(sqs, url)
    for volatile in ("QueueArn",):
        assert before[volatile] == after[volatile]
    assert before == after
    assert sqs.call("ListQueueTags", QueueUrl=url)["Tags"] == {"team": "blue"}
    got = {}
    while messages := receive(sqs, url, MessageAttributeNames=["All"]):
        for message in messages:
            got[message["MessageId"]] = message["Body"]
            assert message["MessageAttributes"]["n"]["StringValue"] == message["Body"].split()[1]
            delete(sqs, url, message)
    assert got == sent
    sqs = restartable(how=how)
    url = sqs.call("GetQueueUrl", QueueName="orders")["QueueUrl"]
    assert counters(sqs, url) == [0, 0, 0], "an acknowledged delete was forgotten"


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_receipt_from_before_a_restart_still_deletes(restartable, how):
    sqs = restartable()
    url = make(sqs)
    send(sqs, url, "once")
    (message,) = receive(sqs, url)
    sqs = restartable(how=how)
    url = sqs.call("GetQueueUrl", QueueName="orders")["QueueUrl"]
    delete(sqs, url, message)
    assert counters(sqs, url) == [0, 0, 0]


def test_receives_are_counted_over_a_crash_where_a_redrive_policy_counts_them(restartable):
    sqs = restartable()
    dead = make(sqs, "dead")
    arn = attributes(sqs, dead)["QueueArn"]
    url = make(sqs, RedrivePolicy='{"deadLetterTargetArn":"%s","maxReceiveCount":"2"}' % arn)
    send(sqs, url, "bad")
    receive(sqs, url, VisibilityTimeout=0)
    sqs = restartable(how="kill")
    (message,) = receive(sqs, url, VisibilityTimeout=0, AttributeNames=["All"])
    assert message["Attributes"]["ApproximateReceiveCount"] == "2"
    sqs = restartable(how="kill")
    assert receive(sqs, url) == []
    assert drain(sqs, dead) == ["bad"]


def test_a_visibility_timeout_in_a_counted_queue_goes_on_after_a_crash(restartable):
    sqs = restartable()
    arn = attributes(sqs, make(sqs, "dead"))["QueueArn"]
    url = make(sqs, RedrivePolicy='{"deadLetterTargetArn":"%s","maxReceiveCount":"5"}' % arn)
    send(sqs, url, "hidden")
    (message,) = receive(sqs, url, VisibilityTimeout=600)
    sqs = restartable(how="kill")
    assert counters(sqs, url) == [0, 0, 1]
    change(sqs, url, message, 0)
    assert counters(sqs, url) == [1, 0, 0]


def test_delayed_messages_stay_delayed(restartable):
    sqs = restartable()
    url = make(sqs)
    send(sqs, url, "later", DelaySeconds=600)
    sqs = restartable(how="kill")
    assert counters(sqs, url) == [0, 1, 0]


def test_purged_and_deleted_queues_stay_so(restartable):
    sqs = restartable()
    purged, deleted = make(sqs, "purged"), make(sqs, "deleted")
    send(sqs, purged)
    send(sqs, deleted)
    sqs.call("PurgeQueue", QueueUrl=purged)
    sqs.call("DeleteQueue", QueueUrl=deleted)
    sqs = restartable(how="kill")
    assert counters(sqs, purged) == [0, 0, 0]
    with pytest.raises(Refused):
        sqs.call("GetQueueUrl", QueueName="deleted")


def test_a_queue_says_by_a_tag_what_its_messages_survive(restartable):
    sqs = restartable()
    urls = {level: make(sqs, level, tags={"millrace:durability": level})
            for level in ("memory", "os", "disk")}
    for url in urls.values():
        send(sqs, url, "kept?")
    sqs = restartable(how="kill")
    kept = {level: counters(sqs, url)[0] for level, url in urls.items()}
    assert kept == {"memory": 0, "os": 1, "disk": 1}
    assert sqs.call("ListQueueTags", QueueUrl=urls["os"])["Tags"] == {"millrace:durability": "os"}


def test_the_level_of_a_queue_is_given_once(restartable):
    sqs = restartable()
    url = make(sqs, tags={"millrace:durability": "os"})
    for level, words in (("disk", "cannot be changed"), ("paper", "memory, os or disk")):
        with pytest.raises(Refused) as caught:
            sqs.call("TagQueue", QueueUrl=url, Tags={"millrace:durability": level})
        assert words in caught.value.message
    sqs.call("TagQueue", QueueUrl=url, Tags={"millrace:durability": "os", "team": "red"})
    with pytest.raises(Refused):
        make(sqs, tags={"millrace:durability": "disk"})


def test_durability_is_refused_without_a_data_directory(start_server):
    server = start_server()
    sqs = Boto3Client(server)
    try:
        with pytest.raises(Refused) as caught:
            make(sqs, tags={"millrace:durability": "disk"})
        assert "durability" in caught.value.message
    finally:
        sqs.close()
        server.stop()


def test_the_default_level_is_an_option(restartable):
    sqs = restartable("--durability", "memory")
    url = make(sqs)
    send(sqs, url)
    sqs = restartable(how="kill")
    assert counters(sqs, url) == [0, 0, 0]


def test_a_large_backlog_comes_back_with_another_number_of_lanes(restartable):
    sqs = restartable("--lanes", "1")
    urls = [make(sqs, f"q{i}") for i in range(8)]
    large = "x" * 100_000
    for url in urls:
        for i in range(10):
            send(sqs, url, f"{i}{large}")
    for lanes in ("4", "2"):
        sqs = restartable("--lanes", lanes, how="kill")
        for url in urls:
            assert counters(sqs, url) == [10, 0, 0]
    for url in urls:
        assert sorted(body[0] for body in drain(sqs, url)) == [str(i) for i in range(10)]


def refused_start(program, *options):
    done = subprocess.run([program, "--port", "0", *options], capture_output=True, text=True,
                          timeout=20, stdin=subprocess.DEVNULL)
    assert done.returncode == 2, done
    return done.stderr


def test_a_directory_is_used_by_one_server_at_a_time(restartable, request):
    restartable()
    program = request.config.getoption("--millraced")
    said = refused_start(program, "--data", str(restartable.directory))
    assert "data_dir_in_use" in said


def test_a_directory_that_cannot_be_made_is_refused_in_words(request, tmp_path):
    (tmp_path / "file").write_text("")
    program = request.config.getoption("--millraced")
    said = refused_start(program, "--data", str(tmp_path / "file"))
    assert "does not open" in said and "irectory" in said


def check(program, directory):
    return subprocess.run([program, "--check", str(directory)], capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL)


def test_check_says_what_is_there_and_what_is_damaged(restartable, request):
    program = request.config.getoption("--millraced")
    sqs = restartable()
    url = make(sqs)
    for i in range(20):
        send(sqs, url, f"message-{i:02}")
    busy = check(program, restartable.directory)
    assert busy.returncode != 0 and "in use" in busy.stderr
    restartable.end()
    sound = check(program, restartable.directory)
    assert sound.returncode == 0, sound
    assert "entries" in sound.stdout

    (segment,) = [path for path in pathlib.Path(restartable.directory).glob("journal/*.seg")
                  if b"message-07" in path.read_bytes()]
    bytes_of = bytearray(segment.read_bytes())
    at = bytes_of.index(b"message-07")
    bytes_of[at] ^= 1
    segment.write_bytes(bytes_of)
    damaged = check(program, restartable.directory)
    assert damaged.returncode == 1, damaged
    assert "damaged entry" in damaged.stdout and "offset" in damaged.stdout

    sqs = restartable()
    bodies = sorted(drain(sqs, url))
    assert bodies == [f"message-{i:02}" for i in range(20) if i != 7]
    assert b"damaged entry" in restartable.server().output()


def test_check_of_what_is_no_data_directory_is_an_error(request, tmp_path):
    program = request.config.getoption("--millraced")
    assert check(program, tmp_path / "nothing").returncode == 2
    assert os.listdir(tmp_path) == []
