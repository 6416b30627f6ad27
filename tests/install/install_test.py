#!/usr/bin/env python3
"""Installs the build into a temporary prefix, moves it, and builds programs against it in every way
that is promised: find_package and pkg-config, shared and static, C++ and C. Boost, hwloc and
jemalloc headers are poisoned meanwhile: whoever uses Millrace needs none of them.

usage: install_test.py <build directory>   (run by CTest)
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = SOURCE / "docs" / "examples"
EXPECTED = "one espresso\n"
POISON = ["boost/lockfree/spsc_queue.hpp", "boost/config.hpp", "hwloc.h", "jemalloc/jemalloc.h"]
BUILD = None


def run(*command, **options):
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL, **options,
    )
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temp = pathlib.Path(tempfile.mkdtemp(prefix="millrace_install_"))
        cls.addClassCleanup(shutil.rmtree, cls.temp)
        run("cmake", "--install", BUILD, "--prefix", cls.temp / "first", "--component", "devel")
        # Whoever unpacks an archive puts it where he likes.
        cls.prefix = cls.temp / "second"
        (cls.temp / "first").rename(cls.prefix)
        cls.lib = next(cls.prefix.glob("**/libmillrace.so")).parent
        cls.poison = cls.temp / "poison"
        for name in POISON:
            file = cls.poison / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f'#error "{name} is not for users of Millrace"\n')
        cls.environment = {
            **os.environ,
            "LD_LIBRARY_PATH": str(cls.lib),
            "PKG_CONFIG_PATH": str(cls.lib / "pkgconfig"),
            "CPLUS_INCLUDE_PATH": str(cls.poison),
            "C_INCLUDE_PATH": str(cls.poison),
        }

    def expect_espresso(self, program):
        self.assertEqual(run(program, env=self.environment), EXPECTED)

    def pkg_config(self, package):
        return run("pkg-config", "--cflags", "--libs", package, env=self.environment).split()

    def needed(self, file):
        return re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "-d", file))

    def test_poison_works(self):
        file = self.temp / "poisoned.cpp"
        file.write_text("#include <hwloc.h>\n")
        with self.assertRaisesRegex(AssertionError, "not for users"):
            run("g++", "-fsyntax-only", file, env=self.environment)

    def test_every_public_header_is_installed_and_no_other(self):
        def names(root):
            return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())

        self.assertEqual(names(self.prefix / "include"), names(SOURCE / "engine" / "include"))

    def test_soname_follows_the_major_version(self):
        version = re.search(r"VERSION (\d+)\.(\d+)\.(\d+)", (SOURCE / "CMakeLists.txt").read_text()
                            .split("project(millrace", 1)[1]).groups()
        dynamic = run("readelf", "-d", self.lib / "libmillrace.so")
        self.assertIn(f"[libmillrace.so.{version[0]}]", dynamic)
        self.assertTrue((self.lib / f"libmillrace.so.{'.'.join(version)}").is_file())

    def test_nothing_installed_names_the_source_tree(self):
        for file in self.prefix.rglob("*"):
            if file.is_file() and file.suffix in (".cmake", ".pc", ".hpp", ".h"):
                self.assertNotIn(str(SOURCE), file.read_text(), file)

    def test_the_library_needs_no_allocator_and_no_boost(self):
        for name in self.needed(self.lib / "libmillrace.so"):
            self.assertRegex(name, r"^(libhwloc|libstdc\+\+|libm|libgcc_s|libc|ld-linux.*)\.so")

    def test_find_package(self):
        build = self.temp / "consumer"
        run("cmake", "-S", SOURCE / "tests/install/consumer", "-B", build, "-G", "Ninja",
            f"-DEXAMPLES={EXAMPLES}", f"-DCMAKE_PREFIX_PATH={self.prefix}",
            "-DCMAKE_BUILD_TYPE=Release", env=self.environment)
        run("cmake", "--build", build, env=self.environment)
        programs = [p for p in build.iterdir() if re.match(r"(cpp|c)_millrace", p.name)]
        self.assertEqual(len(programs), 4)
        for program in programs:
            self.expect_espresso(program)
            linked = any(n.startswith("libmillrace") for n in self.needed(program))
            self.assertEqual(linked, not program.name.endswith("_static"), program)

    def test_another_minor_version_is_not_found(self):
        file = self.temp / "other" / "CMakeLists.txt"
        file.parent.mkdir()
        file.write_text("cmake_minimum_required(VERSION 3.25)\nproject(x CXX)\n"
                        "find_package(millrace 0.2 CONFIG REQUIRED)\n")
        with self.assertRaisesRegex(AssertionError, "(?s)0.2.*not.*compatible|compatible"):
            run("cmake", "-S", file.parent, "-B", file.parent / "b",
                f"-DCMAKE_PREFIX_PATH={self.prefix}", env=self.environment)

    def test_pkg_config(self):
        compilers = [("g++", ["-std=c++20"], "hello.cpp"), ("gcc", ["-std=c11"], "hello.c")]
        for package in ("millrace", "millrace-static"):
            for compiler, options, source in compilers:
                with self.subTest(package=package, source=source):
                    program = self.temp / f"{package}_{source.replace('.', '_')}"
                    run(compiler, *options, "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                        EXAMPLES / source, "-o", program, *self.pkg_config(package),
                        env=self.environment)
                    self.expect_espresso(program)


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
