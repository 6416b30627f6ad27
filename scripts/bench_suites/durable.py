"""What survives a power cut: millraced at `disk` through HTTP, Redis with appendfsync always, RabbitMQ with a
durable classic queue and publisher confirms, in turns. 1 KiB a message, one message a request, one request
outstanding a connection, both processors shared by server and generator.

  send    SendMessage; LPUSH; a persistent publish, confirmed
  cycle   send, then receive, then delete: ReceiveMessage and DeleteMessage; LMOVE to a list of the consumer's
          own and RPOP, both synced; basic.get and basic.ack, which RabbitMQ does not answer, so that whether
          the delete survives is not known when the next request leaves
"""
from .common import BenchError, Record, Settings, recorded
from .durable_servers import DurableMillraced, RabbitMq, Redis

CONNECTIONS = (16, 64)
CYCLE_CONNECTIONS = 16
# the rival, how many times its rate is promised
RIVALS = ((Redis, 1.2), (RabbitMq, 4.0))


def run_in_turns(settings: Settings, record: Record) -> dict[tuple[str, int | str], list[dict]]:
    rounds, seconds = (2, 0.5) if settings.quick else (7, 2)
    record.parameter("rounds", rounds)
    record.parameter("seconds", seconds)
    runs: dict[tuple[str, int | str], list[dict]] = {}
    for _ in range(rounds):
        # Fresh servers each time: what one run left behind must not slow the next.
        for start in (DurableMillraced, Redis, RabbitMq):
            with start(settings) as server:
                for connections in CONNECTIONS:
                    outcome = server.send(settings, connections, seconds)
                    runs.setdefault((server.name, connections), []).append(outcome)
            with start(settings) as server:
                outcome = server.cycle(settings, CYCLE_CONNECTIONS, seconds)
                runs.setdefault((server.name, "cycle"), []).append(outcome)
    return runs


def cycle_metrics(record: Record, runs: dict) -> None:
    for name in ("millraced", "redis", "rabbitmq"):
        of_kind = runs[name, "cycle"]
        prefix = f"{name}.cycle.connections_{CYCLE_CONNECTIONS}"
        record.metric(f"{prefix}.cycles_per_second", [r["cycles_per_second"] for r in of_kind], "1/s", "higher",
                      headline=name == "millraced")
        record.metric(f"{prefix}.generator_busy", [r["generator"]["busy"] for r in of_kind], "cores")
        for percentile in ("p50", "p99"):
            record.metric(f"{prefix}.answer_us_{percentile}", [r["service_us"][percentile] for r in of_kind],
                          "us", "lower")
        if name != "millraced":
            record.metric(f"disk_cycle_per_{name}.connections_{CYCLE_CONNECTIONS}",
                          [a["cycles_per_second"] / b["cycles_per_second"]
                           for a, b in zip(runs["millraced", "cycle"], of_kind)], "ratio", "higher", True)


def metrics_of(record: Record, name: str, connections: int, runs: list[dict]) -> None:
    prefix = f"{name}.send.connections_{connections}"
    record.metric(f"{prefix}.messages_per_second", [r["messages_per_second"] for r in runs], "1/s",
                  "higher", headline=name == "millraced")
    record.metric(f"{prefix}.server_cpu_us_per_message",
                  [r["server"]["cpu_us_per_request"] for r in runs], "us", "lower")
    record.metric(f"{prefix}.generator_busy", [r["generator"]["busy"] for r in runs], "cores")
    for percentile in ("p50", "p99"):
        record.metric(f"{prefix}.ack_us_{percentile}", [r["service_us"][percentile] for r in runs],
                      "us", "lower")


def measure(settings: Settings, record: Record) -> None:
    record.parameter("connections", " ".join(map(str, CONNECTIONS)))
    record.parameter("body_bytes", 1024)
    record.parameter("processors", "all shared")
    record.note("CLOSED LOOP: service times, not what an open load would see.")
    record.parameter("cycle_connections", CYCLE_CONNECTIONS)
    record.note("cycle: send, receive, delete. RabbitMQ does not answer basic.ack: its deletes are not acknowledged.")
    record.note("Ratios are of rates: each server waits for the disk, so that its CPU time tells little.")
    runs = run_in_turns(settings, record)
    for (name, connections), of_kind in runs.items():
        if any(r["generator"]["limited_the_run"] for r in of_kind):
            raise BenchError(f"the generator was the limit of {name}, {connections}")
        if connections != "cycle":
            metrics_of(record, name, connections, of_kind)
    cycle_metrics(record, runs)
    for rival, promised in RIVALS:
        for connections in CONNECTIONS:
            ours = runs["millraced", connections]
            name = {Redis: "redis", RabbitMq: "rabbitmq"}[rival]
            theirs = runs[name, connections]
            label = f"disk_send_per_{name}.connections_{connections}"
            ratio = record.metric(label, [a["messages_per_second"] / b["messages_per_second"]
                                          for a, b in zip(ours, theirs)], "ratio", "higher", True)
            record.goal(label, ratio, ">=", promised)


run = recorded("durable", measure)
