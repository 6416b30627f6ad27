"""The application of test_celery.py, as its worker and its caller import it."""
import os

from celery import Celery

app = Celery("tasks", broker=os.environ["MILLRACE_BROKER"])
app.conf.broker_transport_options = {"region": "us-east-1", "wait_time_seconds": 1}
app.conf.task_default_queue = "celery-tasks"
app.conf.worker_enable_remote_control = False


@app.task(name="note")
def note(text):
    with open(os.environ["MILLRACE_NOTES"], "a", encoding="utf-8", newline="") as notes:
        notes.write(text + "\n")
