"""Holds events against OCSF's class Entity Management. Prints what is wrong, as a JSON list.

Usage: check_ocsf.py VERSIONS FILE, where VERSIONS has a comma between each two.
"""

import json
import sys

from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema


def main():
    versions, path = sys.argv[1].split(","), sys.argv[2]
    with open(path, encoding="utf-8", newline="\n") as file:
        events = [json.loads(line) for line in file]
    wrong = []
    if any(event["metadata"]["version"] != versions[0] for event in events):
        wrong.append("an event does not name version %s" % versions[0])
    for version in versions:
        schemas = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=version))
        made = {}
        for event in events:
            uid, profiles = event["class_uid"], event["metadata"]["profiles"]
            key = (uid, *profiles)
            if key not in made:
                name = schemas.lookup_class_name_from_uid(uid)
                made[key] = Draft202012Validator(schemas.get_class_schema(class_name=name, profiles=profiles))
            found = made[key].iter_errors(event)
            wrong += ["%s %s: %s" % (version, error.json_path, error.message) for error in found]
    print(json.dumps(wrong[:20]))


main()
