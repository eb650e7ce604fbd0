"""Classroom 50 runs this in the checkout of a student. The hand-in is data: nothing in it is run.

result.json is written whether or not the hand-in can be graded; without one the autograder has failed, and says so by its exit
code.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
RESULT = pathlib.Path("result.json")
HAND_IN = os.environ.get("HAND_IN", "plan.ron")

environment = dict(os.environ)
if "SUBMITTED_AT" not in environment:
    # The instant of the submission is that of its commit.
    shown = subprocess.run(["git", "show", "-s", "--format=%cI", "HEAD"], capture_output=True, text=True, check=True)
    environment["SUBMITTED_AT"] = shown.stdout.strip()

with tempfile.TemporaryDirectory() as data:
    environment["ROLLOUT_LAB_DATA"] = data
    program = HERE / "rollout-lab"
    program.chmod(0o755)
    command = [program, "grade", HERE / "exercise", HAND_IN, "--format", "classroom50", "--out", RESULT, *@SEEDS@]
    key = HERE / "course.key"
    if key.is_file():
        student = environment.get("OWNER") or environment["USERNAME"]
        command += ["--key", key, "--course", @COURSE@, "--student", student]
    RESULT.unlink(missing_ok=True)
    code = subprocess.run(command, env=environment).returncode

# 0 passed, 1 not passed, 2 not graded: the result says which.
sys.exit(0 if 0 <= code <= 2 and RESULT.is_file() else max(code, 70))
