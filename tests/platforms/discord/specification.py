"""Checks requests and answers against Discord's own OpenAPI description, where that file is present."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

PLACES = tuple(above / "shared" / "specs" / "discord-openapi.json" for above in Path(__file__).resolve().parents[3:6])
ADDRESS = "urn:discord"


class Violation(Exception):
    """A request or an answer that the description does not allow."""


class Specification:
    """Operations by method and path, with the JSON Schema of what each takes and gives."""

    def __init__(self, document: dict[str, Any]) -> None:
        # Discord's own examples write the ids of new attachments as numbers, which its description leaves out.
        snowflake = document["components"]["schemas"]["SnowflakeType"]
        document["components"]["schemas"]["SnowflakeType"] = {"anyOf": [snowflake, {"type": "integer", "minimum": 0}]}
        self._registry = Registry().with_resource(ADDRESS, DRAFT202012.create_resource(document))
        self._validators: dict[str, Draft202012Validator] = {}
        self._passed: set[tuple[str, str]] = set()
        self._operations = [
            (re.compile(re.sub(r"\{\w+\}", r"[^/]+", re.sub(r"([.@])", r"\\\1", path))), path, item)
            for path, item in sorted(document["paths"].items(), key=lambda entry: entry[0].count("{"))
        ]

    def check_request(self, method: str, path: str, query: dict[str, str], kind: str, body: Any) -> None:
        """Check one request; `kind` is its media type, `body` its JSON or a multipart's payload_json.

        Raises:
            Violation: no such operation, an unknown query parameter, or a body that its schema refuses.
        """
        template, operation = self._find(method, path)
        known = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"}
        if unknown := set(query) - known:
            raise Violation(f"{method} {template}: unknown query parameters {sorted(unknown)}")
        content = operation.get("requestBody", {}).get("content", {})
        if body is None and not content:
            return
        if kind not in content:
            raise Violation(f"{method} {template}: takes {sorted(content)}, not {kind}")
        self._check(body, _pointer("paths", template, method.lower(), "requestBody", "content", kind, "schema"))

    def check_answer(self, method: str, path: str, status: int, body: Any) -> None:
        """Check what the loopback answers, so that it stays true to what it stands for.

        Raises:
            Violation: the answer's schema refuses it.
        """
        template, operation = self._find(method, path)
        answers = operation["responses"]
        if str(status) not in answers:
            raise Violation(f"{method} {template}: never answers {status}")
        if body is None:
            return
        steps = ("paths", template, method.lower(), "responses", str(status), "content", "application/json", "schema")
        self._check(body, _pointer(*steps))

    def _find(self, method: str, path: str) -> tuple[str, dict[str, Any]]:
        for pattern, template, item in self._operations:
            if pattern.fullmatch(path) and method.lower() in item:
                return template, item[method.lower()]
        raise Violation(f"no operation {method} {path}")

    def _check(self, instance: Any, pointer: str) -> None:
        seen = (pointer, json.dumps(instance, sort_keys=True))
        if seen in self._passed:
            return
        validator = self._validators.get(pointer)
        if validator is None:
            validator = Draft202012Validator({"$ref": f"{ADDRESS}#{pointer}"}, registry=self._registry)
            self._validators[pointer] = validator
        error = best_match(validator.iter_errors(instance))
        if error is not None:
            raise Violation(f"{pointer}: {error.json_path}: {error.message[:400]}")
        self._passed.add(seen)


def _pointer(*steps: str) -> str:
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


@functools.cache
def load() -> Specification | None:
    """Discord's description, parsed once per process; None where the file is absent."""
    for place in PLACES:
        if place.is_file():
            return Specification(json.loads(place.read_text()))
    return None
