"""Runs sqlmap on loopback against every parameter that the url map and the forms know: tests/security/sqlmap.sh

The service is this process's own; nothing else is ever a target. Prints what sqlmap calls injectable, and counts.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from pro_service.entrypoints.form_fields import FORM_FIELDS
from tests.security.live import attacked
from tests.trial import Trial
from tests.web.api.world import Program

#: What pages read from a query, by the end of their rule; of the API, what its document says.
PAGES = {
    "/staff": "q=x*&site=03*",
    "/staff/visits": "site=03*",
    "/login": "next=x*&notice=x*",
    "/demo/phone/messages": "patient=x*",
}
PARAMETER = re.compile(r"<(?:int:)?[a-z_]+>")


def targets(heroes: Trial, nurse: Program) -> Iterator[tuple[str, str, str]]:
    """(method, path with * where to attack, body) of every route; path parameters, queries, forms and JSON fields."""
    session = nurse.client.get("/api/v1/openapi.json").get_json()
    for path, methods in session["paths"].items():
        query = "&".join(
            f"{one['name']}=1*"
            for method in methods.values()
            if isinstance(method, dict)
            for one in method.get("parameters", ())
            if one.get("in") == "query"
        )
        attacked_path = re.sub(r"\{[a-z_]+\}", "1*", path)
        if "get" in methods and (query or "*" in attacked_path):
            yield (
                "GET",
                f"/api/v1{attacked_path.removeprefix('/api/v1')}" + (f"?{query}" if query else ""),
                "",
            )
    for path, query in PAGES.items():
        yield "GET", f"{path}?{query}", ""
    for rule in _rules(heroes.app):
        if rule[0] in FORM_FIELDS:
            body = "&".join(f"{name}=1*" for name in FORM_FIELDS[rule[0]])
            yield "POST", PARAMETER.sub("1*", rule[1]), f"csrf_token={nurse.csrf_token}&{body}"
    for path in ("/q/open", "/q/answer", "/q/complete", "/q/stop"):
        yield "POST", path, '{"token": "A*", "instrument": "qlq-c30*"}'
    yield (
        "POST",
        "/api/v1/session",
        '{"login": "nurse*", "password": "test*", "code": "1*"}',
    )  # pragma: allowlist secret


def _rules(app: Flask) -> list[tuple[str, str]]:
    return [(rule.endpoint, rule.rule) for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]


def attack(
    heroes: Trial, nurse: Program, target: tuple[str, str, str], *, folder: Path, level: int
) -> list[str]:
    """What sqlmap calls injectable at one target."""
    method, path, body = target
    cookie = nurse.client.get_cookie("session")
    assert cookie is not None
    command = [
        "sqlmap",
        "-u",
        heroes.base_url + path,
        f"--method={method}",
        f"--cookie=session={cookie.value}",
    ]
    command += [
        "--batch",
        f"--level={level}",
        "--risk=1",
        "--technique=BEUSQ",
        "--dbms=sqlite",
        "--flush-session",
    ]
    command += ["--ignore-code=*", "--disable-coloring", f"--output-dir={folder}", "--timeout=10"]
    command += [f"--headers=X-CSRF-Token: {nurse.csrf_token}"]
    if body:
        kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
        command += [f"--data={body}", f"--headers=X-CSRF-Token: {nurse.csrf_token}\nContent-Type: {kind}"]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    if "testing" not in said.stdout and "parameter" not in said.stdout:
        return [f"{method} {path}: sqlmap could not test it: {said.stdout[-300:]}"]
    found = re.findall(r"^Parameter: .*$", said.stdout, re.MULTILINE)
    return [f"{method} {path}: {one}" for one in found]


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--level", type=int, default=1)
    options.add_argument("--most", type=int, default=0, help="so many targets only")
    given = options.parse_args()
    with attacked() as (heroes, nurse), tempfile.TemporaryDirectory() as folder:
        listed = list(targets(heroes, nurse))
        tried = listed[: given.most] if given.most else listed
        found = []
        for number, target in enumerate(tried, start=1):
            here = attack(heroes, nurse, target, folder=Path(folder), level=given.level)
            found += here
            print(f"{number}/{len(tried)} {target[0]} {target[1]}: {len(here)} found", flush=True)
    print(*found, sep="\n")
    print(f"sqlmap: {len(tried)} of {len(listed)} targets, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
