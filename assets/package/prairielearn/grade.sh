#!/usr/bin/env bash
# PrairieLearn runs this for each submission. The submission is data: nothing in it is run. A result is written whether or not it
# can be graded; without one the grader has failed, and says so by its exit code.
set -u
root="${GRADE_ROOT:-/grade}"
here="$(cd "$(dirname "$0")" && pwd)"
results="$root/results/results.json"
mkdir -p "$root/results"
rm -f "$results"
arguments=(@SEEDS@)
if [ -f "$root/tests/course.key" ]; then
    arguments+=(--key "$root/tests/course.key" --course @COURSE@ --student-file "$root/data/data.json")
fi
# Scores are kept nowhere but in the result.
ROLLOUT_LAB_DATA="$(mktemp -d)"
export ROLLOUT_LAB_DATA
"$here/rollout-lab" grade "$root/tests/exercise" "$root/student" --format prairielearn --out "$results" \
    ${arguments[@]+"${arguments[@]}"} >/dev/null
code=$?
rm -rf "$ROLLOUT_LAB_DATA"
# 0 passed, 1 not passed, 2 not graded: the result says which.
if [ "$code" -le 2 ] && [ -f "$results" ]; then
    exit 0
fi
exit "$((code > 2 ? code : 70))"
