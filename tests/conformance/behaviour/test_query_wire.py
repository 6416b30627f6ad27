"""The query protocol by hand, as scripts, kombu and signed URLs use it: the form in a POST or behind
a '?', the queue in the path, XML back, or JSON."""
import json
import urllib.parse
import xml.etree.ElementTree

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest

NAMESPACE = "{http://queue.amazonaws.com/doc/2012-11-05/}"
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


def answered(reply):
    """The texts of an answer's elements by their paths, envelope and namespace left out."""
    status, fields, body = reply
    assert fields["Content-Type"] == "text/xml"
    root = xml.etree.ElementTree.fromstring(body)
    found = []

    def walk(element, path):
        if len(element) == 0:
            found.append((".".join(path), element.text or ""))
        for child in element:
            walk(child, [*path, child.tag.replace(NAMESPACE, "")])

    walk(root, [])
    assert dict(found).get("ResponseMetadata.RequestId") or dict(found)["RequestId"]
    return status, root.tag, found


def post(server, path="/", **parameters):
    return answered(server.request("POST", path, urllib.parse.urlencode(parameters), FORM))


def get(server, path="/", **parameters):
    return answered(server.request("GET", f"{path}?{urllib.parse.urlencode(parameters)}"))


def path_of(url):
    return urllib.parse.urlsplit(url).path


# Shows: wire.form, wire.query-answer
@pytest.mark.parametrize("ask", [post, get])
def test_queue_is_made_and_found(server, new_name, ask):
    name = new_name()
    status, tag, found = ask(server, Action="CreateQueue", Version="2012-11-05", QueueName=name)
    assert (status, tag) == (200, NAMESPACE + "CreateQueueResponse")
    url = dict(found)["CreateQueueResult.QueueUrl"]
    assert url.endswith("/" + name)
    status, _, found = ask(server, Action="ListQueues", QueueNamePrefix=name)
    assert found[0] == ("ListQueuesResult.QueueUrl", url)
    assert ask(server, path_of(url), Action="DeleteQueue")[0] == 200
    status, _, found = ask(server, Action="GetQueueUrl", QueueName=name)
    assert status == 400
    assert dict(found)["Error.Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert dict(found)["Error.Type"] == "Sender"
    assert ("Error.Detail", "") in found


# Shows: wire.path-queue
def test_body_comes_back_byte_for_byte(server, queue):
    body = "a\r\nb\rc\td <&>\"' ]]> \u20ac \U0001f600  +%41 "
    post(server, path_of(queue), Action="SendMessage", MessageBody=body)
    _, _, found = get(server, path_of(queue), Action="ReceiveMessage", MaxNumberOfMessages=10)
    assert dict(found)["ReceiveMessageResult.Message.Body"] == body


def test_both_wires_give_the_same_digests(server, queue, boto3_sqs):
    sent = dict(post(server, path_of(queue), **{
        "Action": "SendMessage", "MessageBody": "b",
        "MessageAttribute.1.Name": "n", "MessageAttribute.1.Value.DataType": "Number.x",
        "MessageAttribute.1.Value.StringValue": "1",
        "MessageAttribute.2.Name": "b", "MessageAttribute.2.Value.DataType": "Binary",
        "MessageAttribute.2.Value.BinaryValue": "AAEC",
        "MessageSystemAttribute.1.Name": "AWSTraceHeader",
        "MessageSystemAttribute.1.Value.DataType": "String",
        "MessageSystemAttribute.1.Value.StringValue": "Root=1",
    })[2])
    other = boto3_sqs.call(
        "SendMessage", QueueUrl=queue, MessageBody="b",
        MessageAttributes={
            "n": {"DataType": "Number.x", "StringValue": "1"},
            "b": {"DataType": "Binary", "BinaryValue": b"\0\1\2"},
        },
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1"}},
    )
    for name in (
        "MD5OfMessageBody", "MD5OfMessageAttributes", "MD5OfMessageSystemAttributes",
    ):
        assert sent["SendMessageResult." + name] == other[name]


def get_json(server, path="/", **parameters):
    reply = server.request(
        "GET", f"{path}?{urllib.parse.urlencode(parameters)}", None, {"Accept": "application/json"}
    )
    status, fields, body = reply
    assert fields["Content-Type"] == "application/json"
    return status, json.loads(body)


# Shows: wire.accept-json
def test_json_is_answered_to_those_that_accept_it(server, queue):
    path = path_of(queue)
    _, sent = get_json(server, path, Action="SendMessage", MessageBody='{"foo": "ba\rr"}')
    assert sent["SendMessageResponse"]["SendMessageResult"]["SequenceNumber"] is None
    _, answer = get_json(server, path, Action="ReceiveMessage", AttributeName="SenderId")
    (message,) = answer["ReceiveMessageResponse"]["ReceiveMessageResult"]["messages"]
    assert message["Body"] == '{"foo": "ba\rr"}'
    assert [entry["Name"] for entry in message["Attributes"]] == ["SenderId"]
    assert message["MessageAttributes"] is None
    _, answer = get_json(server, path, Action="ReceiveMessage")
    assert answer["ReceiveMessageResponse"]["ReceiveMessageResult"] == {"messages": None}
    _, answer = get_json(server, path, Action="GetQueueAttributes", **{"AttributeName.1": "QueueArn"})
    (entry,) = answer["GetQueueAttributesResponse"]["GetQueueAttributesResult"]["Attributes"]
    assert entry["Name"] == "QueueArn" and entry["Value"].endswith(path.rsplit("/", 1)[1])
    _, answer = get_json(server, path, Action="PurgeQueue")
    assert answer["PurgeQueueResponse"].keys() == {"ResponseMetadata"}


# Shows: wire.accept-json
@pytest.mark.parametrize("action, code", [
    ("ListQueues", "InvalidAction"), ("ChangeMessageVisibility", "MissingParameter"),
])
def test_and_so_are_errors(server, queue, action, code):
    status, answer = get_json(server, path_of(queue), Action=action)
    assert status == 400
    assert answer["Error"].keys() == {"Code", "Message", "Type"}
    assert answer["Error"]["Code"] == code
    assert answer["RequestId"]


# Shows: wire.no-operation
@pytest.mark.parametrize("accept", ["*/*", "application/json"])
@pytest.mark.parametrize("of_queue", [True, False])
def test_what_names_no_operation_is_answered_in_xml(server, queue, of_queue, accept):
    status, fields, body = server.request(
        "GET", path_of(queue) if of_queue else "/", None, {"Accept": accept}
    )
    assert (status, fields["Content-Type"]) == (404, "text/xml")
    assert xml.etree.ElementTree.fromstring(body).tag == "UnknownOperationException"


# Shows: wire.empty-result
def test_a_result_of_nothing_is_an_empty_element(server, queue):
    _, _, body = server.request("GET", path_of(queue) + "?Action=ReceiveMessage")
    assert b"<ReceiveMessageResult/>" in (body if isinstance(body, bytes) else body.encode())


@pytest.mark.parametrize("name", [
    "AttributeName", "AttributeName.1", "MessageSystemAttributeName.1",
])
def test_names_with_and_without_numbers(server, queue, name):
    post(server, path_of(queue), Action="SendMessage", MessageBody="b")
    _, _, found = get(server, path_of(queue), Action="ReceiveMessage", **{name: "SenderId"})
    assert ("ReceiveMessageResult.Message.Attribute.Name", "SenderId") in found


# Shows: wire.presigned
def test_signed_url_on_the_path_of_the_queue(server, queue):
    """As kombu asks: a GET whose signature, here of nobody's, stands among the parameters."""
    parameters = {"Action": "ReceiveMessage", "MaxNumberOfMessages": 10, "WaitTimeSeconds": 0}
    request = botocore.awsrequest.AWSRequest(method="GET", url=queue, params=parameters)
    credentials = botocore.credentials.Credentials("test", "test", "token")
    botocore.auth.SigV4QueryAuth(credentials, "sqs", "us-east-1", expires=60).add_auth(request)
    signed = urllib.parse.urlsplit(request.prepare().url)
    assert "X-Amz-Signature" in signed.query
    post(server, signed.path, Action="SendMessage", MessageBody="b")
    reply = server.request("GET", f"{signed.path}?{signed.query}")
    assert dict(answered(reply)[2])["ReceiveMessageResult.Message.Body"] == "b"


def test_bad_entry_of_a_batch_fails_alone(server, queue):
    _, _, found = post(server, path_of(queue), **{
        "Action": "SendMessageBatch",
        "SendMessageBatchRequestEntry.2.Id": "two", "SendMessageBatchRequestEntry.2.MessageBody": "b",
        "SendMessageBatchRequestEntry.1.Id": "one", "SendMessageBatchRequestEntry.1.MessageBody": "",
    })
    row = "SendMessageBatchResult."
    assert (row + "SendMessageBatchResultEntry.Id", "two") in found
    assert (row + "BatchResultErrorEntry.Id", "one") in found
    assert (row + "BatchResultErrorEntry.SenderFault", "true") in found
    assert (row + "BatchResultErrorEntry.Code", "MissingParameter") in found


@pytest.mark.parametrize("code, status, form", [
    ("MissingAction", 400, "a=b"),
    ("MissingAction", 400, "Version=2012-11-05"),
    ("InvalidAction", 400, "Action=MakeCoffee"),
    ("InvalidAction", 400, "Action="),
    ("NoSuchVersion", 400, "Action=ListQueues&Version=2009-02-01"),
    ("MalformedQueryString", 404, "Action=ListQueues&Action=ListQueues"),
    ("MalformedQueryString", 404, "Action=ListQueues&QueueNamePrefix=%4"),
    ("MissingParameter", 400, "Action=SendMessage&MessageBody=b"),
    ("MissingParameter", 400, "Action=CreateQueue"),
    ("MissingParameter", 400, "Action=CreateQueue&QueueName=q&Attribute.1.Name=DelaySeconds"),
    ("InvalidParameterValue", 400, "Action=ListQueues&MaxResults=many"),
    ("InvalidParameterValue", 400, "Action=ListQueues&MaxResults=1001"),
    ("InvalidParameterValue", 400, "Action=ListQueues&QueueNamePrefix=%ff"),
    ("InvalidParameterValue", 400, "Action=ListQueues&QueueNamePrefix=a&QueueNamePrefix=b"),
    ("MissingParameter", 400, "Action=AddPermission"),
])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_bad_forms_are_refused(server, method, code, status, form):
    got = method == "GET"
    path = f"/?{form}" if got else "/"
    reply = server.request(method, path, None if got else form, {} if got else FORM)
    if got and code == "MissingAction":
        assert reply[0] == 404  # nothing says that it is a form
        return
    seen, tag, found = answered(reply)
    assert seen == status
    assert tag.endswith("ErrorResponse")
    assert dict(found)["Error.Code"] == code
    assert dict(found)["Error.Message"]


@pytest.mark.parametrize("ask", [post, get])
def test_what_is_about_no_queue_is_not_asked_of_one(server, sqs, queue, ask):
    for action, given in (("CreateQueue", {"QueueName": "other"}), ("ListQueues", {}), ("Dance", {})):
        status, _, found = ask(server, path_of(queue), Action=action, **given)
        assert status == 400
        assert dict(found)["Error.Code"] == "InvalidAction"
        assert dict(found)["Error.Message"] == f"The action {action} is not valid for this endpoint."
    name = queue.rsplit("/", 1)[1]
    assert ask(server, path_of(queue), Action="GetQueueUrl", QueueName=name)[0] == 200


def test_the_trace_of_the_request_goes_with_its_message(server, sqs, queue):
    trace = "Root=1-3152b799-8954dae64eda91bc9a23a7e8; Parent=7fa8c0f79203be72; Sampled=1"
    form = urllib.parse.urlencode({"Action": "SendMessage", "MessageBody": "b"})
    assert server.request("POST", path_of(queue), form, {**FORM, "X-Amzn-Trace-Id": trace})[0] == 200
    answer = sqs.call("ReceiveMessage", QueueUrl=queue, AttributeNames=["AWSTraceHeader"])
    assert answer["Messages"][0]["Attributes"] == {"AWSTraceHeader": trace}
