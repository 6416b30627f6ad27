"""A folder is a layer: it includes itself and what stands before it. Services never meet."""
from .tree import Finding

SERVICES = ["queue", "topic", "stream", "delivery", "analytics", "video", "broker"]

# In order; folders on one line stand beside each other and do not include one another.
ENGINE = [["base"], ["sync"], ["journal"], ["access"], SERVICES, ["lane"], ["api"]]
SERVER = [["config", "memory"], ["net"], ["http"], ["tls"], ["aws"],
          ["sqs", "sns", "kinesis", "firehose"], ["daemon"],
          [""]]  # "" is main.cpp


def _allowed(order):
    """Folder -> the folders that it may include."""
    out, before = {}, set()
    for level in order:
        for folder in level:
            out[folder] = before | {folder}
        before |= set(level)
    return out


def _check(tree, home, order):
    allowed = _allowed(order)
    for file in tree.code(*home):
        folder = file.folders[len(home)] if len(file.folders) > len(home) else ""
        if folder not in allowed:
            yield Finding(file.path, 1, "layers", f"{folder}/ is no layer of {'/'.join(home)}")
            continue
        for line, kind, name in file.includes:
            if kind == "<":
                continue
            target = name.split("/")[0] if "/" in name else None
            if target is None:
                yield Finding(file.path, line, "layers", f'"{name}": include by layer and file')
            elif target not in allowed:
                yield Finding(file.path, line, "layers", f'"{name}" is outside of {"/".join(home)}')
            elif target not in allowed[folder]:
                yield Finding(file.path, line, "layers", f"{folder}/ must not include {target}/")


def _public(tree):
    """The public face knows nothing of what is behind it."""
    for file in tree.code("engine", "include"):
        for line, kind, name in file.includes:
            if kind == '"':
                yield Finding(file.path, line, "layers", f'"{name}" in a public header')


def check(tree):
    yield from _check(tree, ("engine", "src"), ENGINE)
    yield from _check(tree, ("server", "src"), SERVER)
    yield from _public(tree)
