#!/usr/bin/env bash
# Gradescope runs this once, when the image of the autograder is built. The grader needs nothing but itself.
set -eu
source="${AUTOGRADER_ROOT:-/autograder}/source"
chmod 755 "$source/rollout-lab" "$source/run_autograder"
"$source/rollout-lab" --version
