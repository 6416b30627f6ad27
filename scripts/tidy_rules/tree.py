"""The files that tidy looks at, and C++ text with comments and literals blanked out."""
import dataclasses
import functools
import os
import pathlib
import re
import subprocess

CODE = (".hpp", ".cpp", ".h", ".c")


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    rule: str
    what: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.what}"


# Comments, raw strings, strings, characters; digit separators must not open a character literal.
_TOKENS = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<tag>[^\s()\\]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|"""
    r"""(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'""",
    re.S,
)


def _blank(match):
    return "".join(c if c == "\n" else " " for c in match.group())


class File:
    """One file: its path from the root, its text, and views of it made on demand."""

    def __init__(self, root, path):
        self.path = path
        self.folders = pathlib.PurePosixPath(path).parts[:-1]
        self.name = pathlib.PurePosixPath(path).name
        self.text = (root / path).read_bytes().decode("utf-8", errors="replace")

    @property
    def is_code(self):
        return self.name.endswith(CODE)

    @property
    def is_header(self):
        return self.name.endswith((".hpp", ".h"))

    @functools.cached_property
    def lines(self):
        return self.text.split("\n")

    @functools.cached_property
    def code(self):
        """The text without comments and literals, line for line (includes keep their names)."""
        return _TOKENS.sub(_blank, self.text)

    @functools.cached_property
    def comments(self):
        """Line number -> the comment on it, without its slashes."""
        out = {}
        for match in _TOKENS.finditer(self.text):
            if not match.group().startswith(("//", "/*")):
                continue
            line = self.text.count("\n", 0, match.start()) + 1
            for i, part in enumerate(match.group().split("\n")):
                out[line + i] = part.strip().lstrip("/*!<").strip()
        return out

    @functools.cached_property
    def includes(self):
        """(line, "<" or quote, name) of each include directive."""
        out = []
        for number, line in enumerate(self.lines, 1):
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if match:
                out.append((number, match.group(1), match.group(2)))
        return out

    def matches(self, pattern):
        """(line, match) of each place in the code, comments and literals left out."""
        for match in re.finditer(pattern, self.code):
            yield self.code.count("\n", 0, match.start()) + 1, match

    def under(self, *folders):
        return self.folders[: len(folders)] == folders


class Tree:
    def __init__(self, root):
        self.root = root.resolve()
        self.files = [File(self.root, path) for path in self._list()]

    def _list(self):
        """What git knows or would add; without git every file."""
        try:
            listed = subprocess.run(
                ["git", "-C", self.root, "ls-files", "-z", "-co", "--exclude-standard"],
                check=True, capture_output=True,
            ).stdout.decode().split("\0")
        except (OSError, subprocess.CalledProcessError):
            listed = [
                os.path.relpath(os.path.join(at, name), self.root)
                for at, _, names in os.walk(self.root) for name in names
            ]
        return sorted(p for p in set(listed) if p and (self.root / p).is_file())

    def code(self, *folders):
        """The C and C++ files under the folder that the parts name."""
        return [file for file in self.files if file.is_code and file.under(*folders)]

    def exists(self, pattern):
        return any(True for _ in self.root.glob(pattern))
