"""Operations that need what this version does not have answer so, in the form of SNS's own errors."""
import re

import pytest

from sns.topic_calls import ACCOUNT
from support.errors import Sns as errors

APPLICATION = {"PlatformApplicationArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:app/GCM/a"}
ENDPOINT = {"EndpointArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:endpoint/GCM/a/b"}
TOPIC = {"ResourceArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:t"}
NUMBER = {"PhoneNumber": "+15551234567"}
NOT_SERVED = [
    ("CheckIfPhoneNumberIsOptedOut", {"phoneNumber": "+15551234567"}),
    ("CreatePlatformApplication", {"Name": "a", "Platform": "GCM", "Attributes": {"PlatformCredential": "c"}}),
    ("CreatePlatformEndpoint", {**APPLICATION, "Token": "t"}),
    ("CreateSMSSandboxPhoneNumber", NUMBER), ("DeleteEndpoint", ENDPOINT),
    ("DeletePlatformApplication", APPLICATION), ("DeleteSMSSandboxPhoneNumber", NUMBER),
    ("GetDataProtectionPolicy", TOPIC), ("GetEndpointAttributes", ENDPOINT),
    ("GetPlatformApplicationAttributes", APPLICATION), ("GetSMSAttributes", {}),
    ("GetSMSSandboxAccountStatus", {}), ("ListEndpointsByPlatformApplication", APPLICATION),
    ("ListOriginationNumbers", {}), ("ListPhoneNumbersOptedOut", {}), ("ListPlatformApplications", {}),
    ("ListSMSSandboxPhoneNumbers", {}), ("OptInPhoneNumber", {"phoneNumber": "+15551234567"}),
    ("PutDataProtectionPolicy", {**TOPIC, "DataProtectionPolicy": "{}"}),
    ("SetEndpointAttributes", {**ENDPOINT, "Attributes": {"Enabled": "true"}}),
    ("SetPlatformApplicationAttributes", {**APPLICATION, "Attributes": {"EventEndpointCreated": "a"}}),
    ("SetSMSAttributes", {"attributes": {"DefaultSMSType": "Promotional"}}),
    ("VerifySMSSandboxPhoneNumber", {**NUMBER, "OneTimePassword": "12345"}),
]


@pytest.mark.parametrize("operation, more", NOT_SERVED, ids=lambda v: v if isinstance(v, str) else "")
def test_it_says_what_is_missing(sns, refused, operation, more):
    refused(sns, errors.INVALID_PARAMETER,
            re.compile(f"^Invalid parameter: {operation} Reason: this version does not serve it: "),
            operation, **more)


def test_the_model_is_checked_all_the_same(unchecked, refused):
    refused(unchecked, errors.VALIDATION,
            "1 validation error detected: Value null at 'attributes' failed to satisfy constraint: Member must not be null",
            "CreatePlatformApplication", Name="a", Platform="GCM")
    refused(unchecked, errors.VALIDATION, re.compile("phoneNumber.*regular expression pattern"),
            "CreateSMSSandboxPhoneNumber", PhoneNumber="12-34")
    refused(unchecked, errors.VALIDATION, re.compile("Value '31' at 'maxResults'"), "ListOriginationNumbers",
            MaxResults=31)


def test_data_protection_at_creation(boto3_sns, refused):
    refused(boto3_sns, errors.INVALID_PARAMETER, re.compile("messages are not inspected"), "CreateTopic",
            Name="t", DataProtectionPolicy="{}")
