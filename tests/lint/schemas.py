"""Holds schema/*.json to the projects of this repository, with Python's jsonschema.

Every sound project must be valid; every case of tests/ui/spec with a finding on a shape must be refused, and none that
has no error. Prints what is not so, and exits 1 then. The argument is the repository's folder.
"""

import re
import shutil
import sys
import tempfile
import tomllib
from json import loads
from pathlib import Path

import yaml
from jsonschema import Draft7Validator

# Unknown, missing, wrong kind, conflicting; size, duration, region, account, word; no transition, no states, empty list.
SHAPES = {
    "IAC004", "IAC005", "IAC006", "IAC007", "IAC020", "IAC021", "IAC023", "IAC024", "IAC026", "IAC040", "IAC043", "IAC100",
}
# What JSON Schema cannot say.
EXCEPTIONS = {
    "bad_memory": "the range of a size, which is a number within a text",
    "format_concise": "the range of a size",
    "format_github": "the range of a size",
    "format_json": "the range of a size",
    "task_resources_by_reference": "the kind of what `${env.NAME}` stands for lies in another file",
}


class Loader(yaml.SafeLoader):
    """YAML 1.2's core: `yes` and `012` are texts, as they are for iacgen."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("null", r"^(null|~|)$", ["n", "~", ""]),
    ("bool", r"^(true|false)$", ["t", "f"]),
    ("int", r"^-?(0|[1-9][0-9]*)$", list("-0123456789")),
    ("float", r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$", list("-0123456789")),
]:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)


def validator(root, name):
    schema = loads((root / "schema" / f"{name}.schema.json").read_text())
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def findings(project, workflow, environment):
    """Yields what the schemas refuse of a project. A file that is no YAML is refused as well."""
    files = [*project.glob("workflow.yaml"), *project.glob("workflows/*.yaml"), *project.glob("environments/*.yaml")]
    for file in sorted(files):
        try:
            document = yaml.load(file.read_bytes(), Loader)  # noqa: S506, a SafeLoader
        except (yaml.YAMLError, UnicodeDecodeError):
            yield f"{file.name}: no YAML"
            continue
        judge = environment if file.parent.name == "environments" else workflow
        for error in judge.iter_errors(document):
            yield f"{file.name}: {'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"


def lay_out(case, base, project):
    """Makes the project of a case, as tests/ui/README.md says."""
    shutil.copytree(base, project, dirs_exist_ok=True)
    told = tomllib.loads((case / "case.toml").read_text())
    own = shutil.ignore_patterns("case.toml", "expected")
    shutil.copytree(case, project, dirs_exist_ok=True, ignore=own)
    for name in told.get("remove", []):
        path = project / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    for edit in told.get("edit", []):
        path = project / edit["file"]
        path.write_text(path.read_text().replace(edit["from"], edit["to"]))


def main(root):
    judges = validator(root, "workflow"), validator(root, "environment")
    cases = root / "tests" / "ui" / "spec"
    wrong = []
    refused_shapes = 0
    for project in [root, cases / "_base", *sorted((root / "tests" / "examples").iterdir())]:
        wrong += [f"{project.name}: {finding}" for finding in findings(project, *judges)]
    for case in sorted(path.parent for path in cases.glob("*/case.toml")):
        said = "".join(path.read_text() for path in (case / "expected").glob("*"))
        codes = set(re.findall(r"IAC\d+", said))
        errors = re.search(r"error\[IAC\d+|\"severity\": ?\"error\"|::error|: error", said)
        with tempfile.TemporaryDirectory() as folder:
            lay_out(case, cases / "_base", Path(folder))
            refused = list(findings(Path(folder), *judges))
        if codes & SHAPES and case.name not in EXCEPTIONS:
            refused_shapes += bool(refused)
            if not refused:
                wrong.append(f"{case.name}: {sorted(codes & SHAPES)} is not refused")
        elif case.name in EXCEPTIONS and refused:
            wrong.append(f"{case.name}: is refused and need not be an exception")
        elif refused and not errors:
            wrong.append(f"{case.name}: has no error and is refused: {refused[0]}")
    print("\n".join([*wrong, f"{refused_shapes} cases with a finding on a shape are refused"]))
    return 1 if wrong or refused_shapes == 0 else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
