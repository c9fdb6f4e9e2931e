"""Installs what the subjects need: Debian's packages, and PyPI's into .venv at the versions of requirements.txt."""

import subprocess
import sys

from subject import INTEROP, PYTHON, ROOT


def install(subjects):
    """Why a subject cannot be tried, by its name."""
    debian = install_debian(subjects)
    from_pypi = install_pypi(subjects)
    return {**from_pypi, **debian}


def install_debian(subjects):
    every = sorted({package for subject in subjects for package in subject.packages} | {"python3", "python3-venv"})
    if packages(every):
        return {}
    # One of them is not to be had: find out whose it is.
    return {subject.name: f"Debian has not all of {', '.join(subject.packages)} here" for subject in subjects if not packages(subject.packages)}


def packages(names):
    return not names or subprocess.run([ROOT / "scripts" / "install-packages", *names], stdout=sys.stderr).returncode == 0


def install_pypi(subjects):
    wanted = sorted({package for subject in subjects for package in subject.pip})
    if not wanted or pip(wanted):
        return {}
    reason = "PyPI has not all of {} for this Python, or cannot be reached"
    return {subject.name: reason.format(", ".join(subject.pip)) for subject in subjects if subject.pip and not pip(subject.pip)}


def pip(names):
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", ROOT / ".venv"], check=True)
    install = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", INTEROP / "requirements.txt"]
    ready_made = subprocess.run([*install, "--only-binary", ":all:", *names], stderr=subprocess.PIPE, text=True)
    if ready_made.returncode == 0:
        return True
    if "No matching distribution" not in ready_made.stderr:
        sys.stderr.write(ready_made.stderr)
    # A Python without a ready-made pylibmc builds it.
    return packages(["build-essential", "python3-dev", "libmemcached-dev", "zlib1g-dev"]) and subprocess.run([*install, *names]).returncode == 0
