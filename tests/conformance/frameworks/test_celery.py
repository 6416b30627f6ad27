"""A Celery worker and its caller over kombu's SQS transport: boto3 sends and deletes, and kombu's
own client receives, by forms that it signs itself and posts to the queue's path."""
import os
import pathlib
import subprocess
import sys
import time

import pytest

HERE = pathlib.Path(__file__).resolve().parent
SECONDS_MAX = 60
TASKS = 20

CALLER = f"""
import celery_tasks
for i in range({TASKS}):
    celery_tasks.note.delay(f"{{i}} <&> \\u20ac")
"""


@pytest.fixture
def environment(server, tmp_path):
    return {
        **os.environ,
        "MILLRACE_BROKER": f"sqs://test:test@{server.host}:{server.port}//",
        "MILLRACE_NOTES": str(tmp_path / "notes"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@pytest.fixture
def worker(environment, tmp_path):
    with open(tmp_path / "log", "wb") as log:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "celery", "-A", "celery_tasks", "worker", "--pool", "solo",
                "--loglevel", "info", "--without-gossip", "--without-mingle",
            ],
            cwd=HERE, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )
    yield process
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    print((tmp_path / "log").read_text(errors="replace"))


def counted(server, name):
    _, _, text = server.request("GET", "/_millrace/metrics")
    (line,) = [line for line in text.decode().splitlines() if line.startswith(name + " ")]
    return int(line.split()[1])


def test_every_task_is_done_once_and_deleted(server, environment, worker):
    subprocess.run([sys.executable, "-c", CALLER], cwd=HERE, env=environment, check=True, timeout=60)
    notes = pathlib.Path(environment["MILLRACE_NOTES"])
    end = time.monotonic() + SECONDS_MAX
    while counted(server, "millrace_messages_deleted_total") < TASKS and time.monotonic() < end:
        assert worker.poll() is None, "the worker ended"
        time.sleep(0.05)
    done = notes.read_text(encoding="utf-8").splitlines()
    assert sorted(done) == sorted(f"{i} <&> \u20ac" for i in range(TASKS))
    assert counted(server, "millrace_messages_sent_total") == TASKS
    assert counted(server, "millrace_messages_deleted_total") == TASKS
    assert counted(server, "millrace_messages") == 0
