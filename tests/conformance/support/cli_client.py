"""The AWS CLI: parameters become options, the answer is what it prints, an error what it says."""
import base64
import json
import os
import pathlib
import re
import subprocess
import sys

import botocore

from .errors import Refused
from .wire import as_named

ZYGOTE = pathlib.Path(__file__).with_name("aws_zygote.py")
ERROR = re.compile(
    r"An error occurred \(([^)]*)\) when calling the (\w+) operation(?: \(reached[^)]*\))?: (.*)", re.S
)


def kebab_case(name):
    return botocore.xform_name(name, "-")


def environment():
    """What every `aws` here runs with; no file of the developer's is read."""
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "AWS_MAX_ATTEMPTS": "1",
    }


def _plain(value):
    """Blobs within JSON are written as text, whose UTF-8 version 1 of the CLI sends."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


RENAMED = {"Endpoint": "notification-endpoint"}  # of subscriptions: --endpoint is --endpoint-url


def _options(parameters):
    if any("\x00" in value for value in parameters.values() if isinstance(value, str)):
        yield from ("--cli-input-json", json.dumps(parameters))  # no argument can hold a NUL
        return
    for name, value in parameters.items():
        flag = "--" + RENAMED.get(name, kebab_case(name))
        if isinstance(value, bool):
            yield flag if value else f"--no-{kebab_case(name)}"
            continue
        if isinstance(value, bytes):
            value = value.decode()
        if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            yield flag
            yield from value
        elif isinstance(value, (dict, list)):
            yield f"{flag}={json.dumps(_plain(value))}"
        else:
            yield f"{flag}={value}"


def _with_bytes(value):
    """Blobs are printed as base64."""
    if isinstance(value, dict):
        return {
            name: base64.b64decode(item) if name in ("BinaryValue", "Data") else _with_bytes(item)
            for name, item in value.items()
        }
    return [_with_bytes(item) for item in value] if isinstance(value, list) else value


class CliClient:
    name = "cli"
    python = sys.executable  # in whose packages the CLI is
    options = ()
    failed = 255  # the exit code for an error that the service answered

    def __init__(self, endpoint, service="sqs"):
        self.url = endpoint.url
        self.service = service
        self.trust = ["--ca-bundle", endpoint.certificate] if endpoint.certificate else []
        # Pages are added up otherwise, and what is not in the sum is lost.
        self.whole_answers = ["--no-paginate"] if service in ("kinesis", "sns") else []
        self.zygote = subprocess.Popen(
            [self.python, str(ZYGOTE)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), text=True,
        )

    def run(self, *arguments):
        """`aws <arguments>`: its exit code and what it printed."""
        self.zygote.stdin.write(json.dumps(arguments) + "\n")
        self.zygote.stdin.flush()
        return json.loads(self.zygote.stdout.readline())

    def call(self, operation, **parameters):
        done = self.run(
            "--endpoint-url", self.url, *self.trust, "--output", "json", *self.options, *self.whole_answers,
            self.service, kebab_case(operation), *_options(as_named(parameters)),
        )
        if done["code"] == 0:
            assert done["stderr"] == "", done["stderr"]
            return _with_bytes(json.loads(done["stdout"])) if done["stdout"].strip() else {}
        match = ERROR.search(done["stderr"])
        assert match, done
        raise Refused(self, operation, match.group(3).strip(), done)

    def check_refusal(self, refusal, kind):
        done = refusal.seen
        assert done["code"] == self.failed
        assert done["stdout"] == ""
        assert (
            f"An error occurred ({kind.code}) when calling the {refusal.operation} operation"
            in done["stderr"]
        )

    def close(self):
        self.zygote.stdin.close()
        self.zygote.wait(10)
        self.zygote.stdout.close()


class Cli2Client(CliClient):
    """Version 2, as Debian has it: 2.9, whose SQS is the query protocol."""
    name = "cli2"
    python = "/usr/bin/python3"
    options = ("--cli-binary-format", "raw-in-base64-out")
    failed = 254
