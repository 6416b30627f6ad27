"""Which wire the Python clients speak to SQS: their botocore decides, and there is one a venv."""
import botocore

# From 1.31.82 on its model describes SQS as AWS JSON 1.0.
QUERY = tuple(int(part) for part in botocore.__version__.split(".")) < (1, 31, 82)


def as_named(parameters):
    """Parameters as the client's model names them: the older one has a single list of names of
    system attributes."""
    if not QUERY or "MessageSystemAttributeNames" not in parameters:
        return parameters
    named = dict(parameters)
    names = named.pop("MessageSystemAttributeNames")
    return {**named, "AttributeNames": [*named.get("AttributeNames", []), *names]}
