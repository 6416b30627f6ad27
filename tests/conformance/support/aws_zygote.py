"""Runs AWS CLI command lines, each in a forked process of its own, without paying a third of a
second of imports and tables for each. What runs is the CLI's own driver, unmodified.

Protocol: a JSON list of arguments a line on standard input; {"code", "stdout", "stderr"} a line
back."""
import contextlib
import json
import os
import sys
import tempfile
import traceback

import awscli.clidriver

driver = awscli.clidriver.create_clidriver()
tables = driver.session.get_component("data_loader")
for kind in ("service-2", "endpoint-rule-set-1", "paginators-1"):
    for service in ("sqs", "kinesis"):
        tables.load_service_model(service, kind)
for name in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
    with contextlib.suppress(Exception):  # version 2 lacks one of them
        tables.load_data(name)


def run(arguments):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            sys.argv = ["aws", *arguments]
            code = 70
            try:
                code = driver.main(arguments)
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code or 0)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return {
            "code": os.waitstatus_to_exitcode(status),
            "stdout": out.read().decode(),
            "stderr": err.read().decode(),
        }


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
