"""Rows of trust: what they are about, how they are read, and how an outcome is told."""
import json
import pathlib

# id, the exact guarantee; a promise that is not tested is shown as such
PROMISES = [
    ("J1", "An acked message, delete or queue of level `disk` is there, intact, after any crash or "
           "power cut; of level `os` after any crash of the process."),
    ("J2", "What recovery restores is a prefix of what was decided: the tail that was not acked may be "
           "there or not, never in another order or in part."),
    ("J3", "After a failed write or sync nothing is acked any more until a restart."),
    ("J4", "A damaged entry is detected and reported by its position; it costs only itself, and nothing "
           "is deleted because of it."),
    ("J6", "A full disk: nothing is acked that is not stored, receives and deletes go on, and sends "
           "succeed again within 1 s of there being space."),
    ("Q1", "An acked message is delivered at least once until it is deleted, purged or moved, expires or "
           "becomes a dead letter; nothing else is delivered."),
    ("Q2", "While one receive holds a message no other returns it. Any receipt of a message of a standard "
           "queue ends or changes that, an older one too, as AWS was recorded to do; of a FIFO queue only "
           "that of the receive that holds it."),
    ("Q3", "A message whose delete was acked is never delivered again, after a crash neither; a receipt "
           "from before a crash deletes as it did."),
    ("Q6", "`maxReceiveCount` is exact, over crashes as well; a dead letter is in one of the two "
           "queues, never in both or none."),
    ("Q8", "A message move takes each message out of its queue and puts it, as a new one, into the "
           "other: over crashes too never into both or none; its task is what its answers said."),
    ("Q9", "While a tenant of a standard queue has something visible and nothing in flight, no other "
           "tenant is served by two receives."),
    ("F1", "In a group of a FIFO queue: delivered in the order of the acked sends, nothing while what is "
           "before it is held, sequence numbers that grow; over crashes too."),
    ("F2", "A deduplication id is one message for five minutes, over crashes too, and another one "
           "after them."),
    ("S1", "Acked records of a shard are read in the order of their sequence numbers, without gaps and with "
           "the same bytes by every reader, until their retention is over; over crashes too."),
    ("S2", "Every key has exactly one open shard at every moment, and a child's numbers are above its "
           "parents'; over crashes too."),
    ("T1", "An acked publish is in every queue whose subscription was acked before it and not touched "
           "since, or in its dead-letter queue; nothing else is there; over crashes too."),
    ("T3", "A FIFO queue has each message of a FIFO topic once, and each group in the order of the "
           "topic; over crashes too."),
    ("H1", "Every bug of the catalogue that was put into the engine is found."),
]
REQUIRED = ("J1", "J2", "J3", "J4", "J6", "Q1", "Q2", "Q3", "Q6", "Q8", "Q9", "F1", "F2", "S1", "S2",
            "T1", "T3", "H1")


def read_rows(path: pathlib.Path) -> list[dict]:
    text = path.read_text()
    rows = json.loads(text) if text.lstrip().startswith("[") else [
        json.loads(line) for line in text.splitlines() if line.strip()]
    for row in rows:
        for name in ("id", "build", "trials", "violations"):
            if name not in row:
                raise SystemExit(f"promises: {path}: an object without {name}")
        row.setdefault("test", path.stem)
        row.setdefault("unit", "trials")
        row.setdefault("void", False)
        row.setdefault("duration_s", 0)
    return rows


def bound(row: dict) -> str:
    if row["violations"] != 0 or row["trials"] == 0 or row["void"]:
        return ""
    return f"< 3/{row['trials']:,} = {300 / row['trials']:.2g} %"


def figures(details: dict) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:,.0f}" if value == int(value) else
                     f"{name.replace('_', ' ')} {value:,.5g}" for name, value in details.items())


def outcome(row: dict) -> str:
    if "not_run" in row:
        return f"not run: {row['not_run']}"
    text = f"{row['violations']:,} in {row['trials']:,} {row['unit']}"
    return text + (" (void)" if row["void"] else "")
