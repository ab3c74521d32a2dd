"""Judges what lies beside packages: CycloneDX's JSON schema, in-toto's and SLSA's types, the licences of deny.toml.

The arguments are deny.toml and the documents. Prints what is wrong, and exits 1 then.
"""

import sys
import tomllib
from json import loads
from pathlib import Path

from cyclonedx.exception import CycloneDxException
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from google.protobuf.json_format import ParseDict, ParseError
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement
from license_expression import AND, OR, get_spdx_licensing

SPDX = get_spdx_licensing()
# SLSA lets every tool add fields with its name before them.
EXTENSION = "iacgen_"


def allows(allowed, expression):
    """Tells whether an expression can be satisfied with the allowed licences alone."""
    if isinstance(expression, OR):
        return any(allows(allowed, part) for part in expression.args)
    if isinstance(expression, AND):
        return all(allows(allowed, part) for part in expression.args)
    return expression.render("{symbol.key}") in allowed


def every(components):
    for component in components:
        yield component
        yield from every(component.get("components", []))


def bill_findings(text, allowed):
    for error in JsonStrictValidator(SchemaVersion.V1_6).validate_str(text, all_errors=True) or []:
        yield str(error)
    bill = loads(text)
    main = bill["metadata"]["component"]
    references = [one["bom-ref"] for one in every([main, *bill["components"]]) if "bom-ref" in one]
    told = [one["ref"] for one in bill["dependencies"]]
    if len(references) != len(set(references)):
        yield "two components have one bom-ref"
    if sorted(told) != sorted(references):
        yield f"the dependencies of {set(told) ^ set(references)} are told without a component, or not told"
    for component in [main, *bill["components"]]:
        for choice in component.get("licenses", []):
            if "expression" not in choice:
                yield f"{component['name']}: the licence {choice} is no expression"
                continue
            expression = SPDX.parse(choice["expression"], validate=True)
            if component.get("scope") != "excluded" and not allows(allowed, expression):
                yield f"{component['name']}: {choice['expression']} is not among the licences that deny.toml allows"
        if component.get("scope") == "required" and "licenses" not in component and component["type"] == "library":
            yield f"{component['name']} has no licence"
    Bom.from_json(bill).validate()


def statement_findings(text):
    document = loads(text)
    Statement.copy_from_pb(ParseDict(document, statement_pb2.Statement())).validate()
    if document["predicateType"] != "https://slsa.dev/provenance/v1":
        yield f"the predicate is {document['predicateType']}"
    predicate = {
        part: {key: value for key, value in content.items() if not key.startswith(EXTENSION)}
        for part, content in document["predicate"].items()
    }
    # Refuses fields that the specification does not have.
    provenance = ParseDict(predicate, provenance_pb2.Provenance())
    if not provenance.build_definition.build_type or not provenance.run_details.builder.id:
        yield "it does not say how it was built, or by whom"
    for resource in provenance.build_definition.resolved_dependencies:
        ResourceDescriptor.copy_from_pb(resource).validate()


def main(deny, files):
    allowed = set(tomllib.loads(deny.read_text())["licenses"]["allow"])
    wrong = []
    for file in files:
        text = file.read_text()
        try:
            bill = file.name.endswith(".cdx.json")
            found = bill_findings(text, allowed) if bill else statement_findings(text)
            for finding in found:
                wrong.append(f"{file.name}: {finding}")
        except (ValueError, KeyError, ParseError, CycloneDxException) as error:
            wrong.append(f"{file.name}: {type(error).__name__}: {error}")
    print("\n".join([*wrong, f"{len(files)} documents, {len(wrong)} findings"]))
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]]))
