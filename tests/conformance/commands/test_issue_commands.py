"""The first user's commands, with the `aws` program itself: see issue_commands.sh."""
import os
import pathlib
import subprocess
import sys

from support import cli_client

SCRIPT = pathlib.Path(__file__).with_name("issue_commands.sh")


def test_commands_of_the_first_user(server):
    environment = cli_client.environment()
    programs = pathlib.Path(sys.executable).parent
    environment["PATH"] = f"{programs}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        [SCRIPT, server.url], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "issue_commands: all as SQS answers\n"
