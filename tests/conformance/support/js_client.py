"""The AWS SDK for JavaScript v3: operations go to a node process that runs them with the SDK."""
import base64
import json
import os
import pathlib
import subprocess
import sys

from .errors import Refused

ROOT = pathlib.Path(__file__).resolve().parents[3]
DRIVER = pathlib.Path(__file__).with_name("sdk_driver.mjs")


def node_program():
    beside = pathlib.Path(sys.executable).parent / "node"  # that of old clients has none
    venvs = ROOT / "build" / "venv" / "bin" / "node"
    return os.environ.get("MILLRACE_NODE") or str(beside if beside.exists() else venvs)


def node_modules():
    return os.environ.get("MILLRACE_NODE_MODULES") or str(ROOT / "build/node/node_modules")


def _encode(value):
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    raise TypeError(type(value))


def _decode(fields):
    if set(fields) == {"$seconds"}:
        return fields["$seconds"]
    return base64.b64decode(fields["$bytes"]) if set(fields) == {"$bytes"} else fields


def _with_times(value):
    """Numbers of members that are times, as the driver knows them."""
    if isinstance(value, dict):
        return {
            name: {"$seconds": item} if name == "Timestamp" else _with_times(item)
            for name, item in value.items()
        }
    return [_with_times(item) for item in value] if isinstance(value, list) else value


class JsClient:
    name = "js"

    def __init__(self, endpoint, service="sqs"):
        self.next_id = 0
        self.answers = {}
        self.driver = subprocess.Popen(
            [node_program(), str(DRIVER), endpoint.url, service],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], "MILLRACE_NODE_MODULES": node_modules(),
                 "NODE_EXTRA_CA_CERTS": endpoint.certificate or ""},
        )

    def begin(self, operation, abort_after_ms=None, **parameters):
        """Starts a call; finish() it with the number that this returns."""
        self.next_id += 1
        command = {"id": self.next_id, "operation": operation, "parameters": _with_times(parameters)}
        if abort_after_ms:
            command["abort_after_ms"] = abort_after_ms
        self.driver.stdin.write(json.dumps(command, default=_encode) + "\n")
        self.driver.stdin.flush()
        return self.next_id

    def finish(self, number):
        while number not in self.answers:
            line = self.driver.stdout.readline()
            assert line, "the node driver ended"
            done = json.loads(line, object_hook=_decode)
            self.answers[done["id"]] = done
        return self.answers.pop(number)

    def call(self, operation, **parameters):
        done = self.finish(self.begin(operation, **parameters))
        if "error" in done:
            raise Refused(self, operation, done["error"].get("message"), done["error"])
        answer = done["answer"]
        metadata = answer.pop("$metadata")
        assert metadata["httpStatusCode"] == 200
        assert metadata["requestId"], "x-amzn-RequestId is missing"
        return answer

    def check_refusal(self, refusal, kind):
        error = refusal.seen
        assert error["ofService"], error
        if kind.query_compatible:
            assert error.get("Code") == kind.code, error
        assert error["status"] == kind.status, error
        assert error["requestId"], "x-amzn-RequestId is missing"
        assert error["fault"] == "client", error
        if kind.modelled:
            assert error["name"] == kind.shape and error["ofClass"], error

    def close(self):
        self.driver.stdin.close()
        self.driver.wait(10)
        self.driver.stdout.close()
