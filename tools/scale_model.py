#!/usr/bin/env python3
"""Time and cost of KZG work on many blobs and many machines, and a simulation of lost machines.

    tools/scale_model.py report            the tables of docs/scale.md
    tools/scale_model.py validate KZG      measures the program KZG, predicts larger runs, compares

docs/scale.md says what the parameters are and how they were measured.
"""

import heapq
import json
import math
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

BLOB = 131_072
CELLS = 2 * BLOB
HOUR = 3600.0


@dataclass(frozen=True)
class Work:
    """What is done for each blob."""

    name: str
    cpu: float  # processor seconds, those of the engine and of files included
    read: int  # bytes from the object store
    written: int  # bytes to the object store


@dataclass(frozen=True)
class Site:
    """Machines, their network, and an object store."""

    machines: int
    cores: int = 16
    network: float = 1.25e9  # bytes a second of each machine and direction: 10 Gbit/s
    store: float = 10e9  # bytes a second of the object store, for all machines together
    startup: float = 5.0  # seconds until all processes have work
    task_blobs: int = 256  # blobs of a task, which is what is lost with a machine
    schedule: float = 0.003  # seconds of the scheduler for each task; one task after the other
    jitter: float = 0.05  # standard deviation of the logarithm of a task's time
    mean_time_to_failure: float = math.inf  # seconds of a machine
    detection: float = 60.0  # seconds until a lost machine's tasks are given to others
    replacement: float = 120.0  # seconds after detection until the machine is back
    price: float = 0.77  # of a machine for an hour


@dataclass(frozen=True)
class Prediction:
    """The time of a job, and the resource that decides it."""

    seconds: float
    parts: dict  # resource -> seconds for which it would be busy alone
    bottleneck: str
    cost: float


def predict(work, site, blobs):
    """The time without failures: that of the busiest resource."""
    slots = site.machines * site.cores
    tasks = math.ceil(blobs / site.task_blobs)
    parts = {
        "processors": blobs * work.cpu / slots,
        "network": blobs * max(work.read, work.written) / (site.machines * site.network),
        "object store": blobs * (work.read + work.written) / site.store,
        "scheduler": tasks * site.schedule,
    }
    bottleneck = max(parts, key=parts.get)
    busy = parts[bottleneck]
    # A slot has whole tasks only. With few tasks for each slot, some slots wait for the last ones.
    whole = math.ceil(tasks / slots) * site.task_blobs * work.cpu
    if whole > 1.25 * busy:
        bottleneck = "last tasks"
        parts[bottleneck] = whole
    seconds = site.startup + max(busy, whole)
    return Prediction(seconds, parts, bottleneck, seconds / HOUR * site.machines * site.price)


@dataclass
class Outcome:
    """The result of a simulated job."""

    seconds: float
    failures: int
    lost_tasks: int
    done: int


def simulate(work, site, blobs, seed):
    """Runs a job task by task, with machines that are lost and come back.

    A task ends when the slowest of its processor and its share of network and store is done. The
    tasks that run on a lost machine are run again after the detection time. The results of finished
    tasks stay: they are in the object store. The same seed gives the same outcome.
    """
    rng = random.Random(seed)
    slots = site.machines * site.cores
    sizes = [site.task_blobs] * (blobs // site.task_blobs)
    if blobs % site.task_blobs:
        sizes.append(blobs % site.task_blobs)
    active = min(slots, len(sizes))
    transfer = max(
        max(work.read, work.written) * site.cores / site.network,
        (work.read + work.written) * active / site.store,
    )

    queue = list(reversed(range(len(sizes))))
    events = []  # (time, number, kind, data); numbers order events of the same time
    numbers = iter(range(1 << 62))

    def later(time, kind, data):
        heapq.heappush(events, (time, next(numbers), kind, data))

    free = [machine for _ in range(site.cores) for machine in range(site.machines)]
    incarnation = [0] * site.machines
    running = [set() for _ in range(site.machines)]
    scheduler_free = site.startup
    outcome = Outcome(0.0, 0, 0, 0)
    finished = [False] * len(sizes)

    def assign(now):
        nonlocal scheduler_free
        while queue and free:
            machine = free.pop(0)
            task = queue.pop()
            scheduler_free = max(scheduler_free, now) + site.schedule
            busy = max(work.cpu * rng.lognormvariate(0.0, site.jitter), transfer) * sizes[task]
            running[machine].add(task)
            later(scheduler_free + busy, "end", (task, machine, incarnation[machine]))

    def next_failure(now, machine):
        if math.isfinite(site.mean_time_to_failure):
            later(now + rng.expovariate(1 / site.mean_time_to_failure), "failure", machine)

    for machine in range(site.machines):
        next_failure(site.startup, machine)
    assign(site.startup)
    while outcome.done < len(sizes):
        now, _, kind, data = heapq.heappop(events)
        if kind == "end":
            task, machine, of = data
            if of != incarnation[machine]:
                continue
            running[machine].discard(task)
            if not finished[task]:
                finished[task] = True
                outcome.done += 1
                outcome.seconds = now
            free.append(machine)
        elif kind == "failure":
            machine = data
            outcome.failures += 1
            incarnation[machine] += 1
            free = [other for other in free if other != machine]
            lost, running[machine] = sorted(running[machine]), set()
            outcome.lost_tasks += len(lost)
            later(now + site.detection, "detection", lost)
            later(now + site.detection + site.replacement, "return", machine)
        elif kind == "detection":
            queue.extend(data)
        else:
            free.extend([data] * site.cores)
            next_failure(now, data)
        assign(now)
    return outcome


# Processor seconds for a blob: the table of the README for Zen 4, and what pipeline and engine add,
# see docs/scale.md.
ENGINE = 0.0001
WORKS = [
    Work("verify", 0.00854 / 64 + ENGINE, BLOB + 96, 1),
    Work("commitment and proof", 0.00961 + 0.00976 + ENGINE, BLOB, 96),
    Work("cells and their proofs", 0.03639 + 0.0005 + ENGINE, BLOB, CELLS + 128 * 48),
]
# One loss of each machine in an hour is far worse than reality; the simulation shows what losses cost.
LOSSY = HOUR


def report(blobs=1_000_000, out=sys.stdout):
    """Prints the table of docs/scale.md."""
    print("| work | machines | minutes | price | bottleneck | next | with losses, minutes |", file=out)
    print("|---|---:|---:|---:|---|---|---:|", file=out)
    for work in WORKS:
        for machines in [1, 10, 100]:
            site = Site(machines)
            prediction = predict(work, site, blobs)
            parts = sorted(prediction.parts.items(), key=lambda part: -part[1])
            lossy = replace(site, mean_time_to_failure=LOSSY)
            runs = sorted(simulate(work, lossy, blobs, seed).seconds for seed in range(5))
            print(
                f"| {work.name} | {machines} | {prediction.seconds / 60:.1f} "
                f"| {prediction.cost:.2f} | {prediction.bottleneck} "
                f"| {parts[1][0]}, {parts[1][1] / parts[0][1]:.0%} | {runs[2] / 60:.1f} |",
                file=out,
            )


def fit(runs):
    """The cost of a process and of a blob, from runs as pairs of blobs and seconds: least squares."""
    count = len(runs)
    mean_blobs = sum(blobs for blobs, _ in runs) / count
    mean_seconds = sum(seconds for _, seconds in runs) / count
    spread = sum((blobs - mean_blobs) ** 2 for blobs, _ in runs)
    each = sum((blobs - mean_blobs) * (seconds - mean_seconds) for blobs, seconds in runs) / spread
    return mean_seconds - each * mean_blobs, each


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def write_inputs(folder, files):
    """Files of one blob each, so that shards differ in their numbers of blobs by chance."""
    folder.mkdir()
    rng = random.Random(1)
    for number in range(files):
        (folder / f"{number:05}").write_bytes(rng.randbytes(126_945))


def run_shards(kzg, inputs, out, shards):
    """Runs all shards at the same time; returns processor seconds, elapsed seconds, and the blobs of each shard."""
    before, started = processor_seconds(), time.monotonic()
    command = [kzg, "pipeline", str(inputs), "--out", str(out), "--threads", "1", "--json"]
    processes = [
        subprocess.Popen(
            [*command, "--shard", f"{shard}/{shards}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for shard in range(shards)
    ]
    outputs = [process.communicate()[0] for process in processes]
    elapsed = time.monotonic() - started
    if any(process.returncode for process in processes):
        raise SystemExit(f"{kzg} failed: {[process.returncode for process in processes]}")
    blobs = [len(list((out / f"shard-{n}-of-{shards}" / "blobs").iterdir())) for n in range(shards)]
    assert all(json.loads(output) for output in outputs)
    return processor_seconds() - before, elapsed, blobs


def validate(kzg, small=(16, 48), large=128, rounds=3):
    """Predicts larger runs of one and two processes from small runs of one: processor time and elapsed time.

    Returns the largest error of processor time. The error of elapsed time is only printed, because other work on the
    machine changes elapsed time. Other work also adds to processor time, by caches that are shared; so the least of
    several rounds counts.
    """
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for files in [*small, large]:
            write_inputs(folder / f"in-{files}", files)
        runs = {}
        for _ in range(rounds):
            for files, shards in [(small[0], 1), (small[1], 1), (large, 1), (large, 2)]:
                with tempfile.TemporaryDirectory(dir=folder) as out:
                    *times, blobs = run_shards(kzg, folder / f"in-{files}", Path(out) / "out", shards)
                least, _ = runs.get((files, shards), (times, blobs))
                runs[files, shards] = [min(pair) for pair in zip(times, least)], blobs
    errors = {"processor": [], "elapsed": []}
    # Processes add up in processor time; of elapsed time, the longest counts.
    for kind, (name, together) in enumerate([("processor", sum), ("elapsed", max)]):
        start, each = fit([(sum(runs[n, 1][1]), runs[n, 1][0][kind]) for n in small])
        print(f"{name} time: a process {start:.3f} s, a blob {each * 1000:.2f} ms, from {small} blobs")
        for shards in [1, 2]:
            times, blobs = runs[large, shards]
            predicted = together(start + count * each for count in blobs)
            error = predicted / times[kind] - 1
            errors[name].append(abs(error))
            print(
                f"{shards} process(es), {blobs} blobs: measured {times[kind]:.2f} s, "
                f"predicted {predicted:.2f} s ({error:+.1%})"
            )
    return max(errors["processor"])


def main(arguments):
    match arguments:
        case ["report"]:
            report()
        case ["validate", kzg]:
            if validate(kzg) > 0.15:
                raise SystemExit("the prediction is off by more than 15 %")
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
