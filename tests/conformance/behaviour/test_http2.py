"""SQS over HTTP/2 with prior knowledge: what holds for HTTP/1.1 holds for each stream."""
import json
import subprocess
import time

import pytest

from support.http2_peer import Http2Peer
from support.js_client import node_program

CALLS = r"""
const http2 = require("http2");
const session = http2.connect(process.argv[1]);
const call = (operation, body) => new Promise((resolve, reject) => {
  const stream = session.request({
    ":method": "POST", ":path": "/", "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "AmazonSQS." + operation });
  let status, text = "";
  stream.on("response", fields => { status = fields[":status"]; });
  stream.on("data", part => { text += part; });
  stream.on("end", () => resolve({ status, body: text ? JSON.parse(text) : {} }));
  stream.on("error", reject);
  stream.end(JSON.stringify(body));
});
"""
NODE_WAITS = r"""
let told = null;
session.on("goaway", code => { told = code; });
session.on("error", () => {});
(async () => {
  const waits = call("ReceiveMessage", { QueueUrl: process.argv[1] + "/000000000000/q",
                                         WaitTimeSeconds: 20 });
  console.log("waits");
  const { status, body } = await waits;
  console.log(JSON.stringify({ status, body, goaway: told }));
  session.close();
})().catch(error => { console.error(error); process.exit(1); });
"""
NODE_SENDS = r"""
(async () => {
  const QueueUrl = (await call("CreateQueue", { QueueName: "of-node" })).body.QueueUrl;
  const bodies = Array.from({ length: 200 }, (_, i) => "message " + i);
  await Promise.all(bodies.map(MessageBody => call("SendMessage", { QueueUrl, MessageBody })));
  const seen = new Set();
  while (seen.size < bodies.length) {
    const { body } = await call("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
    for (const m of body.Messages ?? []) {
      seen.add(m.Body);
      await call("DeleteMessage", { QueueUrl, ReceiptHandle: m.ReceiptHandle });
    }
  }
  const wrong = await call("GetQueueUrl", { QueueName: "nowhere" });
  session.close();
  console.log(JSON.stringify({ seen: seen.size, wrong }));
})().catch(error => { console.error(error); process.exit(1); });
"""


@pytest.fixture
def queue(server):
    with Http2Peer(server) as peer:
        url = peer.call("CreateQueue", QueueName=f"h2-{time.monotonic_ns()}")["QueueUrl"]
        yield url
        peer.call("DeleteQueue", QueueUrl=url)


def test_queue_urls_name_the_authority(server, queue):
    assert queue.startswith(f"http://{server.host}:{server.port}/")


def test_many_streams_of_one_connection(server, queue):
    with Http2Peer(server) as peer:
        streams = [peer.begin_call("SendMessage", {"QueueUrl": queue, "MessageBody": f"m{i}"})
                   for i in range(100)]
        ids = {peer.finish(stream).json()["MessageId"] for stream in streams}
        assert len(ids) == 100
        seen = set()
        while len(seen) < 100:
            for message in peer.call("ReceiveMessage", QueueUrl=queue,
                                     MaxNumberOfMessages=10)["Messages"]:
                seen.add(message["Body"])
        assert seen == {f"m{i}" for i in range(100)}


def test_errors_are_those_of_http_1_1(server):
    body = {"QueueName": "nowhere"}
    status, fields, expected = server.json("GetQueueUrl", body)
    with Http2Peer(server) as peer:
        answer = peer.finish(peer.begin_call("GetQueueUrl", body,
                                             [("x-amzn-query-mode", "true")]))
    assert answer.status == status
    assert answer.json() == expected
    assert answer.fields["x-amzn-query-error"] == fields["x-amzn-query-error"]
    assert answer.fields["content-type"] == fields["content-type"]


def test_a_mebibyte_there_and_back_through_small_windows(server, queue):
    text = "x" * (1 << 20)
    with Http2Peer(server, window=10_000) as peer:
        peer.call("SendMessage", QueueUrl=queue, MessageBody=text)
        (message,) = peer.call("ReceiveMessage", QueueUrl=queue)["Messages"]
        assert message["Body"] == text


def test_a_body_above_the_limit(server):
    with Http2Peer(server) as peer:
        stream = peer.begin_call("SendMessage", b"x" * (17 << 20))
        assert peer.finish(stream).status == 413
        peer.call("ListQueues")


def test_a_long_poll_waits_beside_other_streams(server, queue):
    with Http2Peer(server) as peer:
        polls = [peer.begin_call("ReceiveMessage", {"QueueUrl": queue, "WaitTimeSeconds": 20})
                 for _ in range(3)]
        time.sleep(0.2)  # they are folded by now
        for i in range(3):
            peer.call("SendMessage", QueueUrl=queue, MessageBody=f"{i}")
        bodies = [peer.finish(poll).json()["Messages"][0]["Body"] for poll in polls]
        assert bodies == ["0", "1", "2"]


def test_a_poll_whose_stream_is_reset_takes_no_message(server, queue):
    with Http2Peer(server) as peer:
        for pause in (0, 0.2):
            poll = peer.begin_call("ReceiveMessage", {"QueueUrl": queue, "WaitTimeSeconds": 20})
            time.sleep(pause)
            peer.h2.reset_stream(poll)
            peer.flush()
            peer.call("SendMessage", QueueUrl=queue, MessageBody="kept")
            (message,) = peer.call("ReceiveMessage", QueueUrl=queue)["Messages"]
            assert message["Body"] == "kept"
            peer.call("DeleteMessage", QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def test_a_poll_whose_connection_is_closed_takes_no_message(server, queue):
    with Http2Peer(server) as gone:
        gone.begin_call("ReceiveMessage", {"QueueUrl": queue, "WaitTimeSeconds": 20})
        time.sleep(0.2)
    with Http2Peer(server) as peer:
        time.sleep(0.1)
        peer.call("SendMessage", QueueUrl=queue, MessageBody="kept")
        (message,) = peer.call("ReceiveMessage", QueueUrl=queue)["Messages"]
        assert message["Body"] == "kept"


def test_a_client_that_does_not_read_does_not_stop_others(server, queue):
    with Http2Peer(server) as peer:
        peer.call("SendMessage", QueueUrl=queue, MessageBody="x" * (1 << 20))
        stalled = Http2Peer(server)
        stalled.acknowledges = False
        receive = {"QueueUrl": queue, "VisibilityTimeout": 0}
        streams = [stalled.begin_call("ReceiveMessage", receive) for _ in range(20)]
        while stalled.h2.inbound_flow_control_window > 0:
            stalled.pump()
        assert not any(stalled.answers[stream].ended for stream in streams)
        peer.call("ListQueues")
        stalled.socket.close()


def test_the_other_paths_are_there_too(server):
    with Http2Peer(server) as peer:
        for method, path, status in (("GET", "/_millrace/health", 200), ("HEAD", "/_millrace/health", 200),
                                     ("GET", "/_millrace/metrics", 200), ("GET", "/nowhere", 404)):
            answer = peer.finish(peer.begin([
                (":method", method), (":scheme", "http"), (":authority", "a"), (":path", path)]))
            assert answer.status == status
            assert (answer.body == b"") == (method == "HEAD")


def test_shutdown_answers_what_is_there_and_says_so(start_server):
    # By node, because h2 takes a GOAWAY for the end of all streams.
    running = start_server()
    with Http2Peer(running) as peer:
        peer.call("CreateQueue", QueueName="q")
    with subprocess.Popen([node_program(), "-e", CALLS + NODE_WAITS, running.url],
                          stdout=subprocess.PIPE, text=True) as node:
        assert node.stdout.readline() == "waits\n"
        time.sleep(0.1)
        running.process.terminate()
        told = json.loads(node.stdout.readline())
        assert node.wait(10) == 0
    assert told == {"status": 200, "body": {}, "goaway": 0}
    assert running.process.wait(15) == 0


def test_node_speaks_it(server):
    done = subprocess.run([node_program(), "-e", CALLS + NODE_SENDS, server.url],
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["seen"] == 200
    assert told["wrong"]["status"] == 400
    assert told["wrong"]["body"]["__type"] == "com.amazonaws.sqs#QueueDoesNotExist"
