"""Loads each format's file with the code of the system that it is written for, as far as that can be had, and says what could not.

    python3 -m venv venv && venv/bin/pip install -r tests/contracts/requirements.txt
    venv/bin/python tests/contracts/run.py --lab target/release/rollout-lab --write docs/staff.md

Run by hand. What pip does not have is named by an option; a check whose code is not there is listed as such and does not fail.
"""

import argparse
import base64
import contextlib
import csv
import functools
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
EXERCISE = ROOT / "exercises/01-all-at-once"
RUNNER = {
    "CLASSROOM": "devops",
    "ASSIGNMENT": "all-at-once",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://github.com/x/y/commit/z",
    "RELEASE_URL": "https://github.com/x/y/releases/tag/z",
    "SUBMITTED_AT": "2026-06-01T14:32:01Z",
}


class Absent(Exception):
    """The system's own code cannot be had here."""


class Lab:
    """The program, and three hand-ins: one that fails, one that passes, and one that cannot be graded."""

    def __init__(self, program, folder):
        self.program = program
        self.hand_ins = {name: folder / f"{name}.ron" for name in ("starter", "solution", "broken")}
        for name in ("starter", "solution"):
            self.hand_ins[name].write_text((EXERCISE / f"{name}.ron").read_text())
        self.hand_ins["broken"].write_text('(format: 1, stepz: "<script>\u202e=1+1")')

    @functools.cache
    def grade(self, form, hand_in):
        command = [self.program, "grade", "all-at-once", self.hand_ins[hand_in], "--seeds", "1", "--format", form]
        environment = {**os.environ, **RUNNER, "ROLLOUT_LAB_DATA": str(self.hand_ins[hand_in].parent)}
        done = subprocess.run([*command, "--student", "eva"], capture_output=True, text=True, env=environment)
        if done.returncode != ["solution", "starter", "broken"].index(hand_in):
            raise AssertionError(f"{form} {hand_in}: exit code {done.returncode}: {done.stderr}")
        return done.stdout

    def score(self, hand_in):
        return json.loads(self.grade("json", hand_in))["score"] or 0.0


def near(found, expected):
    if abs(found - expected) > 0.005:
        raise AssertionError(f"{found} is not {expected}")


def otter(lab, _):
    """`GradingResults.from_ottr_json` of otter-grader loads it, and writes its results for Gradescope"""
    from importlib.metadata import version

    from otter.run.run_autograder.autograder_config import AutograderConfig
    from otter.test_files import GradingResults

    for hand_in in lab.hand_ins:
        results = GradingResults.from_ottr_json(lab.grade("otter", hand_in))
        near(results.total, lab.score(hand_in))
        near(results.possible, 100)
        tests = results.to_gradescope_dict(AutograderConfig({"show_hidden": True}))["tests"]
        assert tests, hand_in
    return f"otter-grader {version('otter-grader')}; total and possible points are the lab's"


def nbgrader(lab, _):
    """`CsvExportPlugin` of nbgrader, given the same scores, writes the same columns and numbers"""
    from importlib.metadata import version

    from nbgrader.api import Gradebook
    from nbgrader.plugins.export import CsvExportPlugin

    # nbgrader starts the program alembic, which pip puts beside this Python.
    os.environ["PATH"] = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    (ours,) = csv.DictReader(io.StringIO(lab.grade("nbgrader", "starter")))
    with tempfile.TemporaryDirectory() as folder, Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
        book.add_assignment("all-at-once")
        book.add_student("eva")
        book.add_notebook("plan", "all-at-once")
        book.add_grade_cell("all", "plan", "all-at-once", max_score=float(ours["max_score"]), cell_type="code")
        book.add_submission("all-at-once", "eva")
        grade = book.find_grade("all", "plan", "all-at-once", "eva")
        grade.manual_score = float(ours["score"])
        book.db.commit()
        plugin = CsvExportPlugin(to=f"{folder}/grades.csv")
        plugin.export(book)
        (theirs,) = csv.DictReader(open(f"{folder}/grades.csv"))
    assert list(theirs) == list(ours), (list(theirs), list(ours))
    for column in ("raw_score", "score", "max_score", "late_submission_penalty"):
        near(float(ours[column]), float(theirs[column]))
    assert (ours["assignment"], ours["student_id"]) == (theirs["assignment"], theirs["student_id"])
    return f"nbgrader {version('nbgrader')}"


def xapi(lab, _):
    """`Statement.from_json` of TinCanPython loads each statement, and gives it back unchanged"""
    from importlib.metadata import version

    from tincan import Statement

    for hand_in in lab.hand_ins:
        for line in lab.grade("xapi", hand_in).splitlines():
            statement = Statement.from_json(line)
            given, back = json.loads(line), json.loads(statement.to_json())
            for field in ("id", "actor", "verb", "object", "result"):
                kept = {key: value for key, value in back[field].items() if key in given[field]} \
                    if isinstance(given[field], dict) else back[field]
                assert kept == given[field], (field, kept, given[field])
            if hand_in != "broken":
                near(statement.result.score.raw, lab.score(hand_in))
    return f"tincan {version('tincan')}"


def junit_schema(lab, options):
    """the schema of Jenkins' xUnit plugin, `junit-10.xsd`, by lxml"""
    from lxml import etree

    if not options.junit_xsd:
        raise Absent("--junit-xsd names junit-10.xsd of github.com/jenkinsci/xunit-plugin")
    schema = etree.XMLSchema(etree.parse(options.junit_xsd))
    for hand_in in lab.hand_ins:
        schema.assertValid(etree.fromstring(lab.grade("junit", hand_in).encode()))
    return "valid"


def junit_parser(lab, _):
    """`JUnitXml.fromstring` of junitparser loads it"""
    from importlib.metadata import version

    from junitparser import JUnitXml

    for hand_in in lab.hand_ins:
        report = JUnitXml.fromstring(lab.grade("junit", hand_in).encode())
        suites = list(report)
        assert len(suites) == 1 and (suites[0].errors == 1) == (hand_in == "broken"), suites
    return f"junitparser {version('junitparser')}"


def github_classroom(lab, options):
    """the reporter of GitHub Classroom, run by node, tells the lab's points"""
    if not options.reporter:
        raise Absent("--reporter names a checkout of classroom-resources/autograding-grading-reporter after npm install")
    for hand_in in lab.hand_ins:
        environment = {**os.environ, "INPUT_RUNNERS": "lab", "LAB_RESULTS": lab.grade("github-classroom", hand_in).strip()}
        command = ["node", f"{options.reporter}/src/main.js"]
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        notice = [line for line in done.stdout.splitlines() if "Autograding report" in line]
        points = json.loads(notice[0].split("::", 2)[2].replace("%22", '"'))
        near(points["totalPoints"], lab.score(hand_in))
        near(points["maxPoints"], 100)
        assert (done.returncode == 0) == (hand_in == "solution"), done.stdout
    return "totalPoints and maxPoints are the lab's"


def classroom50(lab, options):
    """`validate_result` of Classroom 50's collector takes it"""
    if not options.classroom50:
        raise Absent("--classroom50 names cli/gh-teacher/skeleton/dotgithub/scripts/collect_scores.py of foundation50/classroom50")
    import importlib.util

    spec = importlib.util.spec_from_file_location("collect_scores", options.classroom50)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # The collector knows whose repository it reads; a result that names somebody else is refused.
    expected = {"expected_classroom": RUNNER["CLASSROOM"], "expected_assignment": RUNNER["ASSIGNMENT"], "expected_username": "eva"}
    for hand_in in lab.hand_ins:
        module.validate_result(json.loads(lab.grade("classroom50", hand_in)), **expected)
    return "valid"


def prairielearn_question(lab, options):
    """PrairieLearn's schema of questions, `infoQuestion.json`, takes the packed question"""
    import zipfile

    import jsonschema

    if not options.prairielearn:
        raise Absent("--prairielearn names apps/prairielearn/src/schemas/schemas/infoQuestion.json of PrairieLearn/PrairieLearn")
    schema = json.loads(pathlib.Path(options.prairielearn).read_text())
    package = lab.hand_ins["starter"].parent / "question.zip"
    subprocess.run([lab.program, "package", "prairielearn", "all-at-once", "--out", package], check=True, capture_output=True)
    with zipfile.ZipFile(package) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("info.json")]
        jsonschema.validate(json.loads(archive.read(name)), schema)
    return "valid"


SWEEP = """(format: 1, scenario: "checkout", plan: "canary/starter", release: "v2-errors", runs: 1, vary: [
    (name: "first step", plan: "strategy.steps[0]", values: List(["5", "900"]), write: "Weight(\\"{}%\\")"),
    (name: "instances", scenario: "services[0].instances", values: Between(8, 10, 2)),
])"""


def parquet(lab, _):
    """`pyarrow.parquet` reads it: the columns, their types and every cell are those of the CSV"""
    import pyarrow
    import pyarrow.parquet

    folder = lab.hand_ins["starter"].parent
    (folder / "sweep.ron").write_text(SWEEP)
    command = [lab.program, "sweep", folder / "sweep.ron", "--out"]
    done = subprocess.run([*command, folder / "rows.parquet", "--format", "parquet"], capture_output=True, text=True)
    if "feature `parquet`" in done.stderr:
        raise Absent("--lab was built without the feature `parquet`")
    assert done.returncode == 0, done.stderr
    subprocess.run([*command, folder / "rows.csv"], check=True)
    table = pyarrow.parquet.read_table(folder / "rows.parquet")
    with open(folder / "rows.csv", newline="") as file:
        head, *rows = csv.reader(file)
    assert table.column_names == head, table.column_names
    types = {name: str(table.schema.field(name).type) for name in head}
    assert (types["first step"], types["seed"], types["failed_share"], types["error"]) == ("int64", "uint64", "double", "string"), types
    for row, cells in zip(table.to_pylist(), rows, strict=True):
        for name, cell in zip(head, cells, strict=True):
            told = type(row[name])(cell) if cell else None
            assert row[name] == told, (name, row[name], cell)
    assert sum(row["error"] is not None for row in table.to_pylist()) == 2
    return f"pyarrow {pyarrow.__version__}"


def own_schema(name):
    def check(lab, _):
        import jsonschema

        schema = json.loads((HERE / f"schemas/{name}.json").read_text())
        for hand_in in lab.hand_ins:
            text = lab.grade(name, hand_in)
            if name == "github-classroom":
                text = base64.b64decode(text)
            jsonschema.validate(json.loads(text), schema)
        return "valid"

    check.__doc__ = f"our own schema of its documentation, `tests/contracts/schemas/{name}.json`, by another implementation"
    return check


def none(why):
    def check(_lab, _options):
        raise Absent(why)

    check.__doc__ = "the system's own code"
    return check


CHECKS = [
    ("gradescope", own_schema("gradescope")),
    ("gradescope", none("Gradescope publishes neither a schema nor a loader")),
    ("prairielearn", own_schema("prairielearn")),
    ("prairielearn", none("the loader is part of PrairieLearn's server, which needs its database")),
    ("package prairielearn", prairielearn_question),
    ("classroom50", own_schema("classroom50")),
    ("classroom50", classroom50),
    ("otter", otter),
    ("nbgrader", nbgrader),
    ("junit", junit_schema),
    ("junit", junit_parser),
    ("xapi", own_schema("xapi")),
    ("xapi", xapi),
    ("github-classroom", github_classroom),
    ("canvas", none("the importer is part of Canvas, in Ruby; a test holds the file to what lib/gradebook_importer.rb asks of head and rows")),
    ("moodle", none("the importer is part of Moodle, in PHP; a test holds the file to what grade/import/csv/classes/load_data.php asks of a grade")),
    ("sweep --format parquet", parquet),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lab", required=True, help="the program")
    parser.add_argument("--junit-xsd", help="junit-10.xsd of jenkinsci/xunit-plugin")
    parser.add_argument("--reporter", help="a checkout of classroom-resources/autograding-grading-reporter, after npm install")
    parser.add_argument("--classroom50", help="collect_scores.py of foundation50/classroom50")
    parser.add_argument("--prairielearn", help="infoQuestion.json of PrairieLearn/PrairieLearn")
    parser.add_argument("--write", help="write the table into this page, between its marks")
    options = parser.parse_args()
    rows, failed = [], False
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(pathlib.Path(options.lab).resolve(), pathlib.Path(folder))
        for form, check in CHECKS:
            # The systems' code writes what it does to standard output.
            with contextlib.redirect_stdout(io.StringIO()):
                try:
                    outcome, told = "holds", check(lab, options)
                except Absent as absent:
                    outcome, told = "not checked", str(absent)
                except ImportError as missing:
                    outcome, told = "not checked", f"pip install -r tests/contracts/requirements.txt ({missing})"
                except Exception as error:
                    outcome, told, failed = "FAILS", f"{type(error).__name__}: {error}", True
            rows.append((form, check.__doc__, outcome, told))
    table = "| format | checked by | outcome | |\n|---|---|---|---|\n"
    table += "".join(f"| `{form}` | {by} | {outcome} | {told} |\n" for form, by, outcome, told in rows)
    print(table, end="")
    if options.write and not failed:
        page = pathlib.Path(options.write)
        start, end = "<!-- contracts: made by tests/contracts/run.py -->\n", "<!-- end of contracts -->\n"
        before, rest = page.read_text().split(start)
        page.write_text(before + start + table + end + rest.split(end)[1])
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
