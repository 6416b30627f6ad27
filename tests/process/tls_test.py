#!/usr/bin/env python3
"""millraced with TLS as a process: certificates from files and its own, reload, what it refuses, and
peers that are silent or speak nonsense.

usage: tls_test.py <millraced>   (run by CTest)
"""
import http.client
import os
import pathlib
import random
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

import process_test
from process_test import Daemon, refuse

HANDSHAKE_SECONDS_MAX = 10


def make_pair(folder, name, *more):
    """A certificate for localhost and its key, made by the openssl program: their paths."""
    certificate, key = (os.path.join(folder, f"{name}.{kind}") for kind in ("crt", "key"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-keyout", key, "-out", certificate, "-days", "2", "-subj", f"/CN={name}",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", *more],
        check=True, capture_output=True, timeout=30, env={**os.environ, "OPENSSL_CONF": os.devnull},
    )
    return certificate, key


class SecureDaemon(Daemon):
    """A running millraced that listens with TLS on a free port as well."""

    def __init__(self, *arguments):
        super().__init__("--tls-port", "0", *arguments)

    def __enter__(self):
        super().__enter__()
        self.tls_line = self.process.stdout.readline()
        self.tls_port = int(re.search(r"https://127\.0\.0\.1:(\d+)", self.tls_line).group(1))
        return self

    def connect(self, certificate=None, pem=None, name="localhost", protocols=(), version=None):
        """A connection of a client that trusts this certificate and no other."""
        trusting = ssl.create_default_context(cafile=certificate, cadata=pem)
        if version:
            trusting.minimum_version = trusting.maximum_version = version
        if protocols:
            trusting.set_alpn_protocols(protocols)
        raw = socket.create_connection(("127.0.0.1", self.tls_port), timeout=20)
        try:
            return trusting.wrap_socket(raw, server_hostname=name)
        except BaseException:
            raw.close()
            raise

    def own_certificate(self):
        answer = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        answer.request("GET", "/_millrace/certificate")
        got = answer.getresponse()
        text = got.read().decode()
        answer.close()
        return got.status, text


def ask(connection, path="/_millrace/health"):
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return connection.recv(4096).split(b"\r\n")[0]


class OfItsOwn(unittest.TestCase):
    def test_a_client_that_has_the_certificate_checks_name_and_time(self):
        with SecureDaemon("--tls-self-signed") as daemon:
            self.assertIn("self-signed", daemon.tls_line)
            status, pem = daemon.own_certificate()
            self.assertEqual(status, 200)
            for name in ("localhost", "127.0.0.1"):
                for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                    with daemon.connect(pem=pem, name=name, version=version) as connection:
                        self.assertEqual(ask(connection), b"HTTP/1.1 200 OK")
            with self.assertRaisesRegex(ssl.SSLCertVerificationError, "self.signed"):
                daemon.connect()
            with self.assertRaisesRegex(ssl.SSLCertVerificationError, "mismatch"):
                daemon.connect(pem=pem, name="example.org")
            self.assertEqual(daemon.stop(), 0)

    def test_protocols_are_chosen(self):
        with SecureDaemon("--tls-self-signed") as daemon:
            _, pem = daemon.own_certificate()
            for offered, chosen in ((["http/1.1", "h2"], "h2"), (["http/1.1"], "http/1.1"), ([], None)):
                with daemon.connect(pem=pem, protocols=offered) as connection:
                    self.assertEqual(connection.selected_alpn_protocol(), chosen)

    def test_without_tls_there_is_no_certificate(self):
        with Daemon() as daemon:
            daemon.own_certificate = SecureDaemon.own_certificate.__get__(daemon)
            self.assertEqual(daemon.own_certificate()[0], 404)

    def test_tls_only_leaves_the_other_port_out(self):
        with socket.socket() as taken:  # would be refused if it was wanted
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            process = subprocess.Popen(
                [process_test.PROGRAM, "--tls-only", "--tls-self-signed", "--tls-port", "0", "--port", port],
                stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
            )
            try:
                lines = [process.stdout.readline() for _ in range(4)]
                self.assertIn("listening on https://127.0.0.1:", lines[1])
                self.assertIn("--endpoint-url https://", lines[2])
            finally:
                process.terminate()
                self.assertEqual(process.wait(10), 0)
                process.stdout.close()
        code, _, out = refuse("--print-address", "--tls-only", "--tls-self-signed", "--tls-port", "7777")
        self.assertEqual((code, out), (0, "https://127.0.0.1:7777\n"))


class FromFiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="millrace_tls_")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_sighup_reads_them_again_and_keeps_what_it_has_if_they_are_bad(self):
        certificate, key = make_pair(self.folder, "first")
        other_certificate, other_key = make_pair(self.folder, "second")
        with SecureDaemon("--tls-cert", certificate, "--tls-key", key) as daemon:
            self.assertIn(certificate, daemon.tls_line)
            before = pathlib.Path(certificate).read_text(encoding="ascii")
            with daemon.connect(pem=before) as old:
                self.assertEqual(ask(old), b"HTTP/1.1 200 OK")
                os.replace(other_certificate, certificate)  # and not yet its key
                daemon.process.send_signal(signal.SIGHUP)
                daemon.wait_for_log(
                    f"the certificate stays as it is: tls-key: {key}: is not the private key")
                with daemon.connect(pem=before) as connection:
                    self.assertEqual(ask(connection), b"HTTP/1.1 200 OK")
                os.replace(other_key, key)
                daemon.process.send_signal(signal.SIGHUP)
                daemon.wait_for_log("reloaded the certificate, good until ")
                end = time.monotonic() + 5  # each thread learns of it in its own time
                while time.monotonic() < end:
                    try:
                        connection = daemon.connect(certificate=certificate)
                        break
                    except ssl.SSLCertVerificationError:
                        time.sleep(0.02)
                self.assertEqual(ask(connection), b"HTTP/1.1 200 OK")
                connection.close()
                self.assertEqual(ask(old), b"HTTP/1.1 200 OK")
            self.assertEqual(daemon.stop(), 0)

    def test_a_settings_file_may_name_others(self):
        certificate, key = make_pair(self.folder, "first")
        other_certificate, other_key = make_pair(self.folder, "second")
        config = pathlib.Path(self.folder, "millrace.toml")
        config.write_text(f'tls-cert = "{certificate}"\ntls-key = "{key}"\n')
        with SecureDaemon("--config", str(config)) as daemon:
            config.write_text(f'tls-cert = "{other_certificate}"\ntls-key = "{key}"\n')
            daemon.process.send_signal(signal.SIGHUP)
            daemon.wait_for_log("reload refused: tls-key: ")
            config.write_text(f'tls-cert = "{other_certificate}"\ntls-key = "{other_key}"\n')
            daemon.process.send_signal(signal.SIGHUP)
            daemon.wait_for_log("reloaded tls-cert")
            daemon.wait_for_log("reloaded the certificate")
            config.write_text('log-level = "debug"\n')
            daemon.process.send_signal(signal.SIGHUP)
            daemon.wait_for_log("reload refused: TLS begins and ends with a restart only")


class NotToStart(unittest.TestCase):
    refused = process_test.Refusals.refused

    def test_what_contradicts(self):
        self.refused(["--tls-cert", "a.crt"], "tls-cert needs tls-key")
        self.refused(["--tls-key", "a.key"], "tls-key needs tls-cert")
        self.refused(["--tls-self-signed", "--tls-cert", "a", "--tls-key", "b"], "cannot be given as well")
        self.refused(["--tls-only"], "tls-only needs a certificate")
        self.refused(["--tls-self-signed", "--port", "7777", "--tls-port", "7777"], "both 7777")
        self.refused(["--tls-self-signed", "--host", "0.0.0.0"], "auth is off", "loopback")

    def test_files_that_cannot_be_used(self):
        with tempfile.TemporaryDirectory(prefix="millrace_tls_") as folder:
            certificate, key = make_pair(folder, "good")
            _, other_key = make_pair(folder, "other")
            missing = os.path.join(folder, "missing.crt")
            for check in ([], ["--check-config"]):
                self.refused([*check, "--tls-cert", missing, "--tls-key", key],
                             f"tls-cert: {missing}: No such file or directory")
                self.refused([*check, "--tls-cert", certificate, "--tls-key", certificate],
                             f"tls-key: {certificate}: holds no private key in PEM form")
                self.refused([*check, "--tls-cert", certificate, "--tls-key", other_key],
                             f"tls-key: {other_key}: is not the private key")
                self.refused([*check, "--tls-cert", folder, "--tls-key", key], f"tls-cert: {folder}")

    def test_a_tls_port_that_is_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            self.refused(["--tls-self-signed", "--port", "0", "--tls-port", str(taken.getsockname()[1])],
                         "in use")


class Strangers(unittest.TestCase):
    def test_silence_has_an_end(self):
        """Nothing, half a ClientHello, and half a record of an established connection."""
        with SecureDaemon("--tls-self-signed") as daemon:
            _, pem = daemon.own_certificate()
            silent = [socket.create_connection(("127.0.0.1", daemon.tls_port), timeout=20)
                      for _ in range(2)]
            silent[1].sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            half = socket.create_connection(("127.0.0.1", daemon.tls_port), timeout=20)
            client = ssl.create_default_context(cadata=pem).wrap_bio(
                incoming, outgoing, server_hostname="localhost")
            while True:
                try:
                    client.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    half.sendall(outgoing.read())
                    incoming.write(half.recv(16384))
            half.sendall(outgoing.read())
            time.sleep(0.7)  # no longer watched for its handshake
            client.write(b"GET / HTTP/1.1\r\n")
            half.sendall(outgoing.read()[:-4])
            idle = daemon.connect(pem=pem)  # has said nothing after its handshake: it may stay
            begin = time.monotonic()
            for peer in (*silent, half):
                while peer.recv(16384):
                    pass
                peer.close()
            took = time.monotonic() - begin
            self.assertGreater(took, HANDSHAKE_SECONDS_MAX - 2)
            self.assertLess(took, HANDSHAKE_SECONDS_MAX + 3)
            self.assertEqual(ask(idle), b"HTTP/1.1 200 OK")
            idle.close()

    def test_nonsense_is_told_the_end_and_harms_nobody(self):
        chance = random.Random(5)
        with SecureDaemon("--tls-self-signed") as daemon:
            _, pem = daemon.own_certificate()
            hello = self.first_flight(pem)
            with daemon.connect(pem=pem) as beside:
                for number in range(400):
                    kind = number % 4
                    if kind == 0:
                        text = chance.randbytes(chance.randrange(1, 3000))
                    elif kind == 1:  # a record header and nonsense
                        text = b"\x16\x03\x01" + chance.randbytes(chance.randrange(2, 600))
                    else:  # a ClientHello with some bytes changed, or cut off
                        text = bytearray(hello)
                        for _ in range(chance.randrange(1, 6)):
                            text[chance.randrange(len(text))] = chance.randrange(256)
                        text = bytes(text[:chance.randrange(5, len(text))] if kind == 2 else text)
                    with socket.create_connection(("127.0.0.1", daemon.tls_port), timeout=5) as peer:
                        try:
                            peer.sendall(text)
                            peer.shutdown(socket.SHUT_WR)
                            while peer.recv(16384):
                                pass
                        except ConnectionError:
                            pass
                    if number % 50 == 0:
                        self.assertEqual(ask(beside), b"HTTP/1.1 200 OK")
                self.assertEqual(ask(beside), b"HTTP/1.1 200 OK")
            self.assertEqual(daemon.stop(), 0)

    @staticmethod
    def first_flight(pem):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = ssl.create_default_context(cadata=pem).wrap_bio(
            incoming, outgoing, server_hostname="localhost")
        try:
            client.do_handshake()
        except ssl.SSLWantReadError:
            pass
        return outgoing.read()

    def test_a_request_in_the_clear_is_told_where_it_is(self):
        with SecureDaemon("--tls-self-signed") as daemon:
            answer = http.client.HTTPConnection("127.0.0.1", daemon.tls_port, timeout=10)
            answer.request("GET", "/_millrace/health")
            got = answer.getresponse()
            self.assertEqual(got.status, 400)
            self.assertIn(b"use https://", got.read())
            answer.close()


if __name__ == "__main__":
    process_test.PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    for variable in [name for name in os.environ if name.startswith("MILLRACE_")]:
        del os.environ[variable]
    unittest.main()
