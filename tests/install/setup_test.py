"""scripts/setup asks for what a bare machine lacks, and for nothing that is there.

apt-get and dpkg-query are stand-ins that write down what they were asked.
"""
import os
import pathlib
import subprocess
import tempfile
import unittest

SETUP = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "setup"

# Like dpkg-query: prints what it knows of, and fails as soon as it does not know one name.
DPKG_QUERY = """#!/bin/sh
known=" $KNOWN "
code=0
for word in "$@"; do
  case "$word" in -*) continue ;; esac
  case "$known" in *" $word "*) echo "installed $word" ;; *) code=1 ;; esac
done
exit $code
"""
APT_GET = """#!/bin/sh
echo "$@" >>"$ASKED"
"""
SUDO = """#!/bin/sh
exec "$@"
"""


def listed():
    out = subprocess.run([SETUP, "--list"], capture_output=True, text=True, check=True)
    return out.stdout.split()


class Setup(unittest.TestCase):
    def asked_for(self, known):
        """Packages that setup wants to install on a machine where `known` are installed."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("dpkg-query", DPKG_QUERY), ("apt-get", APT_GET), ("sudo", SUDO)):
                path = pathlib.Path(folder) / name
                path.write_text(text)
                path.chmod(0o755)
            asked = pathlib.Path(folder) / "asked"
            environment = dict(os.environ, PATH=folder + ":" + os.environ["PATH"],
                               KNOWN=" ".join(known), ASKED=str(asked))
            done = subprocess.run([SETUP], env=environment, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            lines = asked.read_text().splitlines() if asked.exists() else []
            return {word for line in lines if " install " in line for word in line.split()}

    def test_a_bare_machine_lacks_everything(self):
        asked = self.asked_for([])
        for package in ("g++", "cmake", "ninja-build", "libhwloc-dev", "libsimdjson-dev"):
            self.assertIn(package, asked)

    def test_one_package_that_dpkg_never_heard_of_is_asked_for_alone(self):
        asked = self.asked_for([p for p in listed() if p != "libsimdjson-dev"])
        self.assertIn("libsimdjson-dev", asked)
        self.assertNotIn("cmake", asked)

    def test_a_complete_machine_is_left_alone(self):
        self.assertEqual(self.asked_for(listed()), set())


if __name__ == "__main__":
    unittest.main()
