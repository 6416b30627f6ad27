#!/usr/bin/env bash
# The commands that a first user types, in the order in which they are typed, against a server at
# the URL that is the one argument; `aws` is the first in PATH. Ends with 0 if all answered as SQS
# would.
set -euo pipefail
url=$1
aws() { command aws --endpoint-url "$url" "$@"; }
sqs() { aws sqs "$@"; }

fail() { echo "issue_commands: $*" >&2; exit 1; }
same() { [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"; }

orders=$(sqs create-queue --queue-name orders --query QueueUrl --output text)
case "$orders" in "$url"/*/orders) ;; *) fail "queue URL: $orders" ;; esac
same "list-queues" "$orders" "$(sqs list-queues --query 'QueueUrls[]' --output text)"
same "get-queue-url" "$orders" \
  "$(sqs get-queue-url --queue-name orders --query QueueUrl --output text)"

# A message goes in and comes out.
sent=$(sqs send-message --queue-url "$orders" --message-body 'hello, queue' \
  --message-attributes '{"Kind":{"DataType":"String","StringValue":"order"}}' \
  --query MessageId --output text)
read -r id handle body kind < <(sqs receive-message --queue-url "$orders" \
  --wait-time-seconds 20 --message-attribute-names All --output text \
  --query 'Messages[0].[MessageId,ReceiptHandle,MD5OfBody,MessageAttributes.Kind.StringValue]')
same "message id" "$sent" "$id"
same "digest" "$(printf 'hello, queue' | md5sum | cut -d' ' -f1)" "$body"
same "attribute" order "$kind"

# It is not visible, until its visibility is changed; then it is deleted.
same "in flight" "" "$(sqs receive-message --queue-url "$orders")"
sqs change-message-visibility --queue-url "$orders" --receipt-handle "$handle" \
  --visibility-timeout 0
handle=$(sqs receive-message --queue-url "$orders" --query 'Messages[0].ReceiptHandle' \
  --output text)
sqs delete-message --queue-url "$orders" --receipt-handle "$handle"

# The batch forms.
same "send-message-batch" "a b c" "$(sqs send-message-batch --queue-url "$orders" \
  --entries Id=a,MessageBody=1 Id=b,MessageBody=2 Id=c,MessageBody=3 \
  --query 'Successful[].Id' --output text | tr '\t' ' ')"
mapfile -t handles < <(sqs receive-message --queue-url "$orders" --max-number-of-messages 10 \
  --query 'Messages[].[ReceiptHandle]' --output text)
same "received" 3 "${#handles[@]}"
same "change-message-visibility-batch" a "$(sqs change-message-visibility-batch \
  --queue-url "$orders" --entries "Id=a,ReceiptHandle=${handles[0]},VisibilityTimeout=60" \
  --query 'Successful[].Id' --output text)"
same "delete-message-batch" "a b" "$(sqs delete-message-batch --queue-url "$orders" \
  --entries "Id=a,ReceiptHandle=${handles[0]}" "Id=b,ReceiptHandle=${handles[1]}" \
  --query 'Successful[].Id' --output text | tr '\t' ' ')"
same "counters" "0 1" "$(sqs get-queue-attributes --queue-url "$orders" --attribute-names All \
  --query 'Attributes.[ApproximateNumberOfMessages,ApproximateNumberOfMessagesNotVisible]' \
  --output text | tr '\t' ' ')"

# A long poll waits for a message that is sent later, and no longer than that.
began=$SECONDS
sqs receive-message --queue-url "$orders" --wait-time-seconds 20 --query 'Messages[0].Body' \
  --output text >"${TMPDIR:-/tmp}/issue_commands.$$" &
sleep 1
sqs send-message --queue-url "$orders" --message-body later >/dev/null
wait $!
same "long poll" later "$(cat "${TMPDIR:-/tmp}/issue_commands.$$")"
rm -f "${TMPDIR:-/tmp}/issue_commands.$$"
[ $((SECONDS - began)) -lt 15 ] || fail "the long poll was not woken"

# Clearing up.
sqs purge-queue --queue-url "$orders"
same "purged" "" "$(sqs receive-message --queue-url "$orders")"
sqs delete-queue --queue-url "$orders"
same "list-queues of none" "" "$(sqs list-queues)"
if error=$(sqs send-message --queue-url "$orders" --message-body lost 2>&1); then
  fail "a queue that is deleted took a message"
fi
case "$error" in
  *"(AWS.SimpleQueueService.NonExistentQueue) when calling the SendMessage operation"*) ;;
  *) fail "error of a deleted queue: $error" ;;
esac
echo "issue_commands: all as SQS answers"
