"""Notifications are signed, and their certificate is where they say; verified by the openssl program."""
import base64
import subprocess
import urllib.parse

import pytest

from sns.topic_calls import notifications, subscribe
from support.boto3_client import Boto3Client

SIGNED = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]


def verifies(body, certificate, folder):
    """Whether the signature is that of the key in the certificate."""
    (folder / "certificate.pem").write_bytes(certificate)
    (folder / "signature").write_bytes(base64.b64decode(body["Signature"]))
    (folder / "text").write_text("".join(f"{name}\n{body[name]}\n" for name in SIGNED if name in body))
    subprocess.run(["openssl", "x509", "-in", "certificate.pem", "-pubkey", "-noout", "-out", "key.pem"],
                   cwd=folder, check=True)
    digest = {"1": "-sha1", "2": "-sha256"}[body["SignatureVersion"]]
    done = subprocess.run(["openssl", "dgst", digest, "-verify", "key.pem", "-signature", "signature", "text"],
                          cwd=folder, capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", [{}, {"Subject": "About it"}], ids=["plain", "subject"])
def test_signature_is_of_the_message(sns, boto3_sqs, make_topic, queue, server, tmp_path, version, subject):
    topic = make_topic(SignatureVersion=version)
    subscribe(sns, topic, queue)
    sns.call("Publish", TopicArn=topic, Message="signed \u00f6\n", **subject)
    body, = notifications(boto3_sqs, queue)
    assert list(body)[-4:] == ["SignatureVersion", "Signature", "SigningCertURL", "UnsubscribeURL"]
    assert body["SignatureVersion"] == version
    url = urllib.parse.urlsplit(body["SigningCertURL"])
    assert f"{url.scheme}://{url.netloc}" == server.url
    status, _, certificate = server.request("GET", url.path)
    assert status == 200 and certificate.startswith(b"-----BEGIN CERTIFICATE-----")
    assert verifies(body, certificate, tmp_path)
    assert not verifies({**body, "Message": "another"}, certificate, tmp_path)


def test_no_other_certificate_is_there(server):
    assert server.request("GET", "/_millrace/sns/SimpleNotificationService-0.pem")[0] == 404


def test_without_signatures(start_server):
    running = start_server("--sns-signatures", "off")
    try:
        sns, sqs = Boto3Client(running, service="sns"), Boto3Client(running)
        topic = sns.call("CreateTopic", Name="t")["TopicArn"]
        queue = sqs.call("CreateQueue", QueueName="q")["QueueUrl"]
        subscribe(sns, topic, queue)
        sns.call("Publish", TopicArn=topic, Message="m")
        body, = notifications(sqs, queue)
        assert not {"Signature", "SignatureVersion", "SigningCertURL"} & set(body)
        assert running.request("GET", "/_millrace/sns/SimpleNotificationService-0.pem")[0] == 404
    finally:
        running.stop()
