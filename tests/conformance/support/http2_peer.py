"""HTTP/2 with prior knowledge by the h2 library, for requests that no AWS SDK would send so."""
import collections
import json
import socket

import h2.config
import h2.connection
import h2.events
import h2.settings


class Answer:
    def __init__(self):
        self.fields, self.body, self.ended, self.reset_with = {}, b"", False, None

    @property
    def status(self):
        return int(self.fields[":status"])

    def json(self):
        return json.loads(self.body)


class Http2Peer:
    """One connection."""

    def __init__(self, server, window=None, timeout=20):
        self.authority = f"{server.host}:{server.port}"
        self.socket = socket.create_connection((server.host, server.port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.h2.initiate_connection()
        if window is not None:
            self.h2.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: window})
        self.answers = collections.defaultdict(Answer)
        self.told_to_go = None
        self.closed = False
        self.acknowledges = True
        self.flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def flush(self):
        try:
            self.socket.sendall(self.h2.data_to_send())
        except (BrokenPipeError, ConnectionResetError):
            self.closed = True

    def begin(self, fields, body=b"", end=True):
        """Sends a request as far as the windows let it; the number of its stream."""
        stream = self.h2.get_next_available_stream_id()
        self.h2.send_headers(stream, fields, end_stream=end and not body)
        left = memoryview(body)
        while left and not self.answers[stream].ended:
            room = min(self.h2.local_flow_control_window(stream),
                       self.h2.max_outbound_frame_size, len(left))
            if room:
                self.h2.send_data(stream, left[:room].tobytes(), end_stream=end and room == len(left))
                left = left[room:]
            self.flush()
            if not room and not self.pump():
                break
        self.flush()
        return stream

    def begin_call(self, operation, body, fields=()):
        """Like begin(), an operation of SQS."""
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return self.begin([
            (":method", "POST"), (":scheme", "http"), (":authority", self.authority), (":path", "/"),
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", f"AmazonSQS.{operation}"), *fields], body)

    def pump(self):
        """Takes what one read brings. False: the server has closed."""
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        if not data:
            self.closed = True
            return False
        for event in self.h2.receive_data(data):
            self.take(event)
        self.flush()
        return True

    def take(self, event):
        if isinstance(event, h2.events.ResponseReceived):
            self.answers[event.stream_id].fields = dict(event.headers)
        elif isinstance(event, h2.events.DataReceived):
            self.answers[event.stream_id].body += event.data
            if self.acknowledges and event.flow_controlled_length:
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            self.answers[event.stream_id].ended = True
        elif isinstance(event, h2.events.StreamReset):
            self.answers[event.stream_id].reset_with = event.error_code
        elif isinstance(event, h2.events.ConnectionTerminated):
            self.told_to_go = event

    def finish(self, stream):
        answer = self.answers[stream]
        while not answer.ended and answer.reset_with is None:
            assert self.pump(), "the server closed the connection"
        return answer

    def call(self, operation, fields=(), **parameters):
        answer = self.finish(self.begin_call(operation, parameters, fields))
        assert answer.status == 200, answer.body
        return answer.json() if answer.body else {}

    def until_closed(self):
        while self.pump():
            pass
