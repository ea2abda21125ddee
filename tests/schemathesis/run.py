#!/usr/bin/env python3
"""Tries a running server against its own description (/openapi.json) with invented requests.

    cargo build && python3 tests/schemathesis/run.py [--cases 30] [--seed 1] [--post reviewer …]

Without a token, then with the token of each post. Schemathesis, in the version of requirements.txt,
is installed from PyPI into ~/.cache/chuishao/tools. Every check is on: no 5xx, no status, type, header
or body that the description does not name, no door that opens without a token. Ends with 0 when
nothing was found. The reports of a run stand in target/schemathesis.
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAM = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "chuishao"

# Posts that between them open every door that a machine may open.
POSTS = [
    "call-taker",
    "dispatcher",
    "unit-clerk:370705-GA",
    "department-supervisor:WF-ZJ",
    "reviewer",
    "hotline-office",
    "county-ops:370705",
    "city-ops",
    "receiver:platform",
]

# A stream that goes on for a minute: its own tests listen to it.
STREAMS = ["/v1/changes"]


def tool() -> Path:
    """Schemathesis, installed once for each version."""
    wanted = (HERE / "requirements.txt").read_text().strip()
    folder = Path.home() / ".cache" / "chuishao" / "tools" / wanted.replace("==", "-")
    program = folder / "bin" / "schemathesis"
    if not program.exists():
        print(f"安装 installing {wanted} into {folder}", flush=True)
        venv.create(folder, with_pip=True)
        pip = [folder / "bin" / "pip", "install", "--quiet", "--requirement", HERE / "requirements.txt"]
        subprocess.run(pip, check=True)
    return program


def chuishao(data: str, *args: str) -> str:
    """What the program says."""
    command = [PROGRAM, "account", "--data", data, *args]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(base: str) -> None:
    """Until the server can work."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + 60
    while True:
        try:
            opener.open(f"{base}/ready", timeout=5).read()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=30, help="invented requests for each address and post")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--post", nargs="*", default=POSTS)
    options.add_argument("--path", help="this address alone")
    asked = options.parse_args()
    program = tool()
    reports = ROOT / "target" / "schemathesis"
    with tempfile.TemporaryDirectory() as data:
        chuishao(data, "add", "sys.li", "--number", "0001", "--title", "李四", "--post", "system-admin")
        tokens = {}
        for number, post in enumerate(asked.post):
            name = re.sub("[^a-z0-9]", ".", post.lower())
            chuishao(data, "add", name, "--machine", "--number", f"m{number}", "--title", "试验", "--post", post)
            said = chuishao(data, "token", "issue", name, "--title", "试验")
            tokens[post] = said.strip().splitlines()[-1].rsplit("：", 1)[-1]
        base = f"http://127.0.0.1:{free_port()}"
        serve = [PROGRAM, "serve", "--data", data, "--listen", base.removeprefix("http://"), "--behind-gateway"]
        with open(Path(data) / "server.log", "w") as log:
            server = subprocess.Popen(serve, stdout=log, stderr=log, env={**os.environ, "RUST_LOG": "warn"})
        found = []
        try:
            wait_for(base)
            for post in [None, *asked.post]:
                print(f"\n== {post or '没有令牌 without a token'}", flush=True)
                command = [program, "--config-file", HERE / "schemathesis.toml", "run", f"{base}/openapi.json"]
                command += ["--checks", "all", "--mode", "all"]
                command += ["--max-examples", str(asked.cases), "--seed", str(asked.seed), "--no-color"]
                command += ["--continue-on-failure", "--rate-limit", "90/s", "--warnings", "off"]
                command += ["--phases", "examples,coverage,fuzzing", "--request-timeout", "30"]
                report = reports / re.sub("[^a-z0-9]", "-", (post or "no-token").lower())
                report.mkdir(parents=True, exist_ok=True)
                command += ["--report", "json", "--report-json-path", str(report / "report.json")]
                for path in STREAMS:
                    command += ["--exclude-path", path]
                if asked.path:
                    command += ["--include-path", asked.path]
                if post:
                    command += ["--header", f"Authorization: Bearer {tokens[post]}"]
                environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "NO_PROXY": "*"}
                with open(report / "said.txt", "w") as said:
                    ended = subprocess.run(command, stdout=said, stderr=said, env=environment, cwd=report)
                print((report / "said.txt").read_text()[-1500:], flush=True)
                if ended.returncode != 0:
                    found.append(post or "no token")
            if server.poll() is not None:
                found.append("the server ended")
        finally:
            server.terminate()
            server.wait(timeout=60)
            (reports / "server.log").write_text((Path(data) / "server.log").read_text())
    print("\n" + ("发现问题 found something: " + "、".join(found) if found else "没有发现 nothing was found"))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
