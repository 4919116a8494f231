"""What schemathesis does not know by itself: how records go out, and how outcomes come back."""

import json

import schemathesis


def as_bytes(value):
    """A body as it is sent: text as it is, everything else as JSON."""
    if isinstance(value, bytes):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


@schemathesis.serializer("application/sd-jwt", "text/csv")
def text(_context, value):
    return as_bytes(value)


@schemathesis.serializer("application/x-ndjson")
def lines(_context, value):
    """A line of what the document describes, or the lines of its example; never none."""
    return (as_bytes(value).strip() or b'""') + b"\n"


@schemathesis.deserializer("application/x-ndjson")
def outcomes(_context, response):
    """The document describes a line, so the first is compared with it; all must be JSON."""
    return [json.loads(line) for line in response.content.splitlines()][0]
