#!/usr/bin/env bash
# GitHub Actions runs this in the checkout of a student. The hand-in is data: nothing in it is run. The job's summary tells the
# result, the page is left for the workflow to keep, and the step fails when the hand-in did not pass.
set -u
here="$(cd "$(dirname "$0")" && pwd)"
work="${RUNNER_TEMP:-/tmp}/rollout-lab"
rm -rf "$work"
mkdir -p "$work"
arguments=(@SEEDS@)
if [ -n "${ROLLOUT_LAB_KEY:-}" ]; then
    printf '%s' "$ROLLOUT_LAB_KEY" >"$work/course.key"
    arguments+=(--key "$work/course.key" --course @COURSE@ --student "${STUDENT:?names the student}")
fi
export ROLLOUT_LAB_DATA="$work/data"
"$here/rollout-lab" grade "$here/exercise" "${HAND_IN:-plan.ron}" --format github --out "$work/summary.md" \
    --html "$work/verdict.html" ${arguments[@]+"${arguments[@]}"}
code=$?
rm -f "$work/course.key"
[ -f "$work/summary.md" ] && cat "$work/summary.md" >>"${GITHUB_STEP_SUMMARY:-/dev/stdout}"
exit "$code"
