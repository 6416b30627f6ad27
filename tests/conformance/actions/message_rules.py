"""What SendMessage and SendMessageBatch accept in a message, for the tests of both."""
import re

from support import errors

BODIES = [
    "x",
    " ",
    "a line\nanother\r\n\ttabbed",
    'quotes " and \\ and / and <xml> & such',
    "ä € 漢 \U0001f600 \ud7ff \ue000 \ufffd",
    "\x7f\x80\x9f",
]
# XML 1.0 knows none of these.
FORBIDDEN = ["\x00", "\x01", "\x08", "\x0b", "\x0c", "\x0e", "\x1f", "\ufffe", "\uffff"]


def string(value, kind="String"):
    return {"DataType": kind, "StringValue": value}


def binary(value, kind="Binary"):
    return {"DataType": kind, "BinaryValue": value}


# (attributes, digest); the first four were recorded from AWS.
DIGESTS = [
    ({"MyAttribute": string("foobar")}, "adb59cd4678ea5a855436b949cd07ab6"),
    ({"Foo": string("Bar")}, "ae7155c6026991b6d54b11589678bf9c"),
    (
        {"Help.Me": string("Me"), "Hello": string("There"), "General": string("Kenobi")},
        "4c360f3fdafd970e05fae2f149d997f5",
    ),
    (
        {"attr1": binary(b"traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01")},
        "8cbe4db156db8a94db8b801b7addb984",
    ),
    ({"a": string("x"), "b": binary(b"\x01\x02")}, "3e9b4c785db2deb306cf4009ae214dab"),
]

GOOD_NUMBERS = ["0", "-1", "+1", "3.14", ".5", "5.", "1e10", "1E-128", "9" * 38, "1e126"]
BAD_NUMBERS = ["ten", "1,5", "--1", "1e", "0x10", "9" * 39, "1 ", "NaN", "Infinity", "1.1e126", "1e-129"]

GOOD_NAMES = ["a", "A-Z_0.9", "n" * 256, "awsome", "Amazonas"]
LETTERS = ["attr.1øßä", "ſ" * 128]
BAD_NAMES = [".leading", "trailing.", "dou..ble", "spa ce", "n" * 257, "sec§ion", "×", "sla/sh"]
RESERVED_NAMES = ["AWS.x", "aws.x", "Amazon.x", "aMaZoN.x"]

GOOD_TYPES = ["String", "Number", "String.json", "Number.int.32", "Binary.png", "String." + "t" * 249]
BAD_TYPES = ["string", "Text", "StringList", "String." + "t" * 250]


def value_of_type(kind):
    if kind.startswith("Binary"):
        return binary(b"\x00\xc3\xbf", kind)  # UTF-8, so that the CLI can be told too
    return string("1" if kind.startswith("Number") else "text", kind)


def _invalid(attributes, pattern):
    return attributes, errors.INVALID_PARAMETER_VALUE, re.compile(pattern)


def _exactly(attributes, text):
    return attributes, errors.INVALID_PARAMETER_VALUE, text


BAD_ATTRIBUTES = [
    # Recorded from AWS.
    _exactly(
        {"ErrorDetails": string("")},
        "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
    ),
    _invalid({f"n{i}": string("v") for i in range(11)}, r"11.*10"),
    _invalid({"b": binary(b"")}, "'b'.*non-empty"),
    _invalid({"empty-type": string("v", "")}, "'empty-type'.*type"),
    _invalid({"mixed": {"DataType": "Binary", "StringValue": "v"}}, "'mixed'"),
    _invalid({"mixed": {"DataType": "String", "BinaryValue": b"v"}}, "'mixed'"),
    _invalid({"none": {"DataType": "String"}}, "'none'"),
    *[_invalid({name: string("v")}, "attribute name") for name in BAD_NAMES + RESERVED_NAMES],
    *[_invalid({"a": string("v", kind)}, "'a'.*type") for kind in BAD_TYPES],
    *[_invalid({"n": string(number, "Number")}, "'n'.*number") for number in BAD_NUMBERS],
]


def label(value):
    """A short name for pytest to print."""
    return repr(value)[:40] if isinstance(value, (str, dict)) else None
