"""The Kinesis Producer Library puts, by TLS; what has arrived is unpacked by the Kinesis Client
Library and by <millrace/aggregation.hpp>, and what the latter packs, by both again."""
import collections
import hashlib

import pytest

from kcl.conftest import connect, make_stream, read_all
from support.server import Server

RECORDS = 5000
SHARDS = 3


def user_records():
    """[(key, explicit hash or "", text)]: of all sizes, every fifth with a hash of its own."""
    return [(f"key-{i % 97}", "" if i % 5 else str((i * 7919 << 100) % (1 << 128)),
             f"record {i} " + "x" * (i * i % 1499)) for i in range(RECORDS)]


def hexadecimal(text):
    return text.encode().hex()


def produce(request, library, records, shards, *options):
    """(answers to the producer, {shard: records of the stream}) of a server with these options"""
    server = Server(request.config.getoption("--millraced"), *options, tls=True)
    try:
        client = connect(server)
        stream = make_stream(client, shards)
        lines = ["\t".join(record) for record in records]
        answers = library("kcl2").run("Produce", str(server.port), server.certificate, stream, lines=lines)
        return answers, read_all(client, stream)
    finally:
        server.stop()


@pytest.fixture(scope="module")
def produced(request, library):
    return produce(request, library, user_records(), SHARDS)


def test_every_record_is_put(produced):
    answers, shards = produced
    assert collections.Counter((answer[0], answer[3]) for answer in answers) == {("ok", ""): RECORDS}
    put = {(answer[1], answer[2]) for answer in answers}
    assert put == {(shard, row["SequenceNumber"]) for shard, rows in shards.items() for row in rows}


def test_it_aggregates(produced):
    packs = [row for rows in produced[1].values() for row in rows
             if row["Data"].startswith(b"\xf3\x89\x9a\xc2")]
    assert len(packs) > SHARDS
    assert sum(len(rows) for rows in produced[1].values()) < RECORDS / 10


def test_what_a_shard_refuses_is_put_again(request, library):
    """A shard takes a megabyte a second, which the producer exceeds on purpose, and all arrives."""
    answers, shards = produce(request, library, user_records()[:3000], 1, "--limits", "aws")
    assert {answer[0] for answer in answers} == {"ok"}
    refused = collections.Counter(code for answer in answers for code in answer[3].split())
    assert set(refused) == {"ProvisionedThroughputExceededException"}
    assert {answer[2] for answer in answers} == {row["SequenceNumber"] for rows in shards.values()
                                                 for row in rows}


# Shows: aggregation.format
def test_both_unpack_what_the_producer_packs(produced, library, ours):
    rows = [row for shard in produced[1].values() for row in shard]
    lines = [f"{row['PartitionKey']}\t{row['Data'].hex()}" for row in rows]
    theirs = library("kcl2").run("Deaggregate", lines=lines)
    assert ours("unpack", lines) == theirs
    # The hash of a record that went without company is the record's, and is not told to readers.
    sent = collections.Counter((key, hexadecimal(text)) for key, _, text in user_records())
    assert collections.Counter((key, data) for _, key, _, data in theirs) == sent
    hashes = {hexadecimal(text): explicit for _, explicit, text in user_records()}
    packed = {number for number, row in enumerate(rows) if row["Data"].startswith(b"\xf3\x89\x9a\xc2")}
    for number, _, explicit, data in theirs:
        if int(number) in packed:
            assert explicit == hashes[data]


# Shows: aggregation.format
def test_both_unpack_what_we_pack(library, ours):
    sent = [(key, explicit, hexadecimal(text)) for key, explicit, text in user_records()]
    packs = ours("pack", ["\t".join(record) for record in sent])
    assert SHARDS < len(packs) < RECORDS / 10
    lines = [f"{key}\t{data}" for key, _, data in packs]
    for unpacked in (library("kcl2").run("Deaggregate", lines=lines), ours("unpack", lines)):
        assert [tuple(row[1:]) for row in unpacked] == sent


def test_a_damaged_pack_is_a_record(library, ours):
    pack = bytearray.fromhex(ours("pack", [f"k\t\t{hexadecimal('abc')}", f"k\t\t{hexadecimal('def')}"])[0][2])
    assert hashlib.md5(pack[4:-16]).digest() == pack[-16:]
    pack[-1] ^= 1
    lines = [f"k\t{pack.hex()}"]
    assert library("kcl2").run("Deaggregate", lines=lines) == ours("unpack", lines) == \
        [["0", "k", "", pack.hex()]]
