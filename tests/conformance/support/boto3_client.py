"""boto3, as a Python program uses it: parameters are checked by the SDK, nothing is tried twice."""
import boto3
import botocore
import botocore.config
import botocore.exceptions

from .errors import Refused
from .wire import QUERY, as_named


class Boto3Client:
    name = "boto3"

    def __init__(self, endpoint, checked=True, service="sqs"):
        self.sdk = boto3.session.Session().client(
            service,
            endpoint_url=endpoint.url,
            verify=endpoint.certificate,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=botocore.config.Config(
                retries={"total_max_attempts": 1},
                parameter_validation=checked,
                max_pool_connections=128,
                read_timeout=30,
            ),
        )

    def call(self, operation, **parameters):
        try:
            answer = getattr(self.sdk, botocore.xform_name(operation))(**as_named(parameters))
        except botocore.exceptions.ClientError as error:
            raise Refused(self, operation, error.response["Error"]["Message"], error) from error
        metadata = answer.pop("ResponseMetadata")
        assert metadata["HTTPStatusCode"] == 200
        assert metadata.get("RequestId"), "x-amzn-RequestId is missing"
        return answer

    def check_refusal(self, refusal, kind):
        """The error's class, codes and status are those that programs branch on."""
        error = refusal.seen
        if kind.modelled and not (QUERY and kind.since_json):
            assert type(error) is getattr(self.sdk.exceptions, kind.shape), error
        details = error.response["Error"]
        assert details["Code"] == kind.code
        if kind.query_compatible:
            if not QUERY:
                assert details["QueryErrorCode"] == kind.shape
            assert details["Type"] == "Sender"
        assert error.operation_name == refusal.operation
        metadata = error.response["ResponseMetadata"]
        assert metadata["HTTPStatusCode"] == kind.status
        assert metadata.get("RequestId"), "x-amzn-RequestId is missing"

    def close(self):
        self.sdk.close()
