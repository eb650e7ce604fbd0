"""on_hyperqueue.py [COUNT [SHARDS]]: grades a class of COUNT (3000) generated hand-ins to `canary`, or to what EXERCISE names, in SHARDS (7) parts on a cluster of HyperQueue on this
machine, merges them, and compares with the class graded in one piece. Needs `pip install hyperqueue`, and the release build."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

from hyperqueue import Job, LocalCluster
from hyperqueue.cluster import WorkerConfig

count, shards = (int(number) for number in (sys.argv[1:] + ["3000", "7"][len(sys.argv) - 1 :])[:2])
root = pathlib.Path(__file__).resolve().parents[2]
exercise = os.environ.get("EXERCISE", "canary")
lab = os.environ.get("ROLLOUT_LAB", str(root / "target/release/rollout-lab"))

with tempfile.TemporaryDirectory() as folder:
    here = pathlib.Path(folder)
    subprocess.run([root / "tests/scale/generate", str(count), here / "hand-ins", exercise], check=True)
    call = [lab, "class", exercise, "hand-ins", "--work", "parts"]
    begin = time.monotonic()
    with LocalCluster() as cluster:
        cluster.start_worker(WorkerConfig(cores=os.cpu_count()))
        client = cluster.client()
        job = Job(default_workdir=here)
        for _ in range(shards):
            # One processor for each part; its number comes from HyperQueue.
            env = {"ROLLOUT_LAB_SHARD_COUNT": str(shards), "RAYON_NUM_THREADS": "1"}
            job.program(call, env=env, stdout=str(here / "part-%{TASK_ID}.txt"), stderr=str(here / "part-%{TASK_ID}.log"))
        client.wait_for_jobs([client.submit(job)])
    print(f"{count} hand-ins in {shards} parts: {time.monotonic() - begin:.0f} s, {os.cpu_count()} processors")

    def results(command, name):
        line = [lab, *command, exercise, "hand-ins", "--csv", f"{name}.csv", "--staff", f"{name}.html", "--format", "json"]
        text = subprocess.run(line, cwd=here, stdout=subprocess.PIPE, check=False).stdout
        return [text] + [(here / f"{name}.{ending}").read_bytes() for ending in ("csv", "html")]

    merged = results(["merge", "--work", "parts"], "merged")
    whole = results(["class", "--work", "whole"], "whole")
    print("the same bytes as in one piece" if merged == whole else "DIFFERENT BYTES")
    sys.exit(merged != whole)
