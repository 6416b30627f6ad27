"""HTTP/1.1 by hand, for requests that no client would send and answers that must be read exactly."""
import dataclasses
import json
import socket
import ssl

JSON_TYPE = b"application/x-amz-json-1.0"


@dataclasses.dataclass
class Answer:
    status: int
    fields: dict  # lower-case names
    body: bytes

    def json(self):
        return json.loads(self.body)

    def error(self):
        """The error's name without its namespace; the body must be one that a client reads."""
        answer = self.json()
        assert isinstance(answer["message"], str) and answer["message"]
        return answer["__type"].rsplit("#")[-1]


class Closed(Exception):
    """The server closed or reset the connection where an answer was due."""


def request(operation="ListQueues", body=b"{}", path="/", fields=(), length=True):
    """The bytes of an awsJson1_0 request; `fields` are lines without their ends."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    lines = [
        b"POST %s HTTP/1.1" % path.encode(),
        b"Host: localhost",
        b"Content-Type: " + JSON_TYPE,
        b"X-Amz-Target: AmazonSQS." + operation.encode(),
        *fields,
    ]
    if length:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def head(*lines):
    """Lines as a request head."""
    return b"\r\n".join(lines) + b"\r\n\r\n"


class Peer:
    """One connection."""

    def __init__(self, server, timeout=10):
        self.socket = socket.create_connection((server.host, server.port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if server.certificate:
            trusting = ssl.create_default_context(cafile=server.certificate)
            self.socket = trusting.wrap_socket(self.socket, server_hostname=server.host)
        self.left = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Sends what the server takes; one that stops reading and closes is no failure here."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def _more(self):
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        if not data:
            raise Closed(self.left)
        self.left += data

    def read(self, has_body=True):
        """The next answer. Raises Closed if the connection ends before one, and TimeoutError if
        nothing comes."""
        while b"\r\n\r\n" not in self.left:
            self._more()
        top, self.left = self.left.split(b"\r\n\r\n", 1)
        first, *lines = top.split(b"\r\n")
        version, status = first.split(b" ", 2)[:2]
        assert version == b"HTTP/1.1", first
        fields = {}
        for line in lines:
            name, value = line.split(b":", 1)
            fields[name.decode().lower()] = value.strip().decode()
        size = int(fields.get("content-length", 0)) if has_body else 0
        while len(self.left) < size:
            self._more()
        body, self.left = self.left[:size], self.left[size:]
        return Answer(int(status), fields, body)

    def ends(self):
        """Whether nothing but the end of the connection comes."""
        try:
            self._more()
        except Closed as closed:
            return closed.args[0] == b""
        return False


def exchange(server, data):
    """One request on a connection of its own, and its answer."""
    with Peer(server) as peer:
        peer.send(data)
        return peer.read()


def refused_and_closed(server, data, *statuses):
    """The server answers with one of these statuses, or with nothing, and closes. Returns the
    status or None."""
    with Peer(server) as peer:
        peer.send(data)
        try:
            answer = peer.read()
        except Closed:
            return None
        assert answer.status in statuses, answer
        assert answer.fields.get("connection") == "close"
        assert peer.ends(), "the connection must be closed"
        return answer.status


# What random mutations start from: nothing in them names a queue that a test uses.
SEEDS = [
    request("ListQueues", {"MaxResults": 5}),
    request("CreateQueue", {"QueueName": "seed", "Attributes": {"DelaySeconds": "5"}}),
    request("SendMessage", {
        "QueueUrl": "http://localhost/000000000000/seed", "MessageBody": "b\u20ac", "DelaySeconds": 1,
        "MessageAttributes": {"a": {"DataType": "Binary", "BinaryValue": "AAEC"}},
    }),
    request("SendMessageBatch", {
        "QueueUrl": "http://localhost/000000000000/seed",
        "Entries": [{"Id": str(i), "MessageBody": "b" * i} for i in range(1, 11)],
    }),
    request("ReceiveMessage", {
        "QueueUrl": "http://localhost/000000000000/seed", "MaxNumberOfMessages": 10,
        "WaitTimeSeconds": 1, "MessageAttributeNames": ["All"], "AttributeNames": ["All"],
    }),
    request("DeleteMessage", {
        "QueueUrl": "http://localhost/000000000000/seed", "ReceiptHandle": "A" * 44,
    }),
    head(
        b"POST / HTTP/1.1", b"Host: localhost", b"Content-Type: " + JSON_TYPE,
        b"X-Amz-Target: AmazonSQS.ListQueues", b"Transfer-Encoding: chunked",
    ) + b"8;a=b\r\n{\"MaxRes\r\n9\r\nults\": 5}\r\n0\r\nT: v\r\n\r\n",
    head(b"GET /_millrace/metrics HTTP/1.1", b"Host: localhost"),
    head(
        b"POST /000000000000/seed HTTP/1.1", b"Host: localhost", b"Content-Length: 150",
        b"Content-Type: application/x-www-form-urlencoded",
    ) + b"Action=SendMessage&MessageBody=b%E2%82%AC&MessageAttribute.1.Name=a"
    + b"&MessageAttribute.1.Value.DataType=Binary&MessageAttribute.1.Value.BinaryValue=AAEC",
    head(
        b"GET /?Action=CreateQueue&QueueName=seed&Attribute.1.Name=DelaySeconds&Attribute.1.Value=5"
        b" HTTP/1.1", b"Host: localhost",
    ),
]
