"""A message group id on a standard queue: a tenant with much in flight holds nobody up."""
from behaviour.queue_calls import receive


def send_to(sqs, queue, tenant, count):
    for first in range(0, count, 10):
        sqs.call("SendMessageBatch", QueueUrl=queue, Entries=[
            {"Id": str(i), "MessageBody": tenant, "MessageGroupId": tenant}
            for i in range(first, min(first + 10, count))
        ])


# Shows: fair.quiet-first
def test_a_quiet_tenant_comes_before_a_noisy_one(sqs, queue):
    send_to(sqs, queue, "noisy", 100)
    for _ in range(5):
        receive(sqs, queue, MaxNumberOfMessages=10)
    send_to(sqs, queue, "quiet", 1)
    bodies = [m["Body"] for _ in range(2) for m in receive(sqs, queue, MaxNumberOfMessages=1)]
    assert "quiet" in bodies


# Shows: fair.no-limit
def test_a_noisy_tenant_has_what_nobody_else_wants(sqs, queue):
    send_to(sqs, queue, "noisy", 30)
    received = [m for _ in range(3) for m in receive(sqs, queue, MaxNumberOfMessages=10)]
    assert len(received) == 30
