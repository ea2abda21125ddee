#!/usr/bin/env python3
"""Installs `standardwebhooks` as receivers get it, from PyPI and from npm, in the versions and with the
hashes of requirements.txt and package-lock.json, once, beside the other tools. The tests need no network.

    python3 tests/webhooks/install.py
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def tools() -> Path:
    """Where the tools are: the same folder as that of `chuishao plugin doctor`."""
    own = os.environ.get("CHUISHAO_TOOLS")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(own) if own else Path(cache) / "chuishao" / "tools"


def python_folder() -> Path:
    """Where the library from PyPI is."""
    version = (HERE / "requirements.txt").read_text().split()[0].split("==")[1]
    return tools() / f"standardwebhooks-pypi-{version}"


def npm_folder() -> Path:
    """Where the library from npm is."""
    version = json.loads((HERE / "package.json").read_text())["dependencies"]["standardwebhooks"]
    return tools() / f"standardwebhooks-npm-{version}"


def from_pypi(to: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    pip += ["--only-binary", ":all:", "--require-hashes", "--requirement", HERE / "requirements.txt"]
    subprocess.run([*pip, "--target", to], check=True)


def from_npm(to: Path) -> None:
    to.mkdir(parents=True)
    for name in ["package.json", "package-lock.json"]:
        shutil.copy(HERE / name, to / name)
    npm = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(npm, cwd=to, check=True)


def main() -> None:
    for folder, install in [(python_folder(), from_pypi), (npm_folder(), from_npm)]:
        if folder.is_dir():
            continue
        print(f"安装到 {folder}（只在第一次） installing, once", flush=True)
        # Whole or not at all: another run may want it at the same moment.
        beside = folder.with_name(f"{folder.name}.new-{os.getpid()}")
        try:
            install(beside)
            beside.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
        finally:
            shutil.rmtree(beside, ignore_errors=True)


if __name__ == "__main__":
    main()
