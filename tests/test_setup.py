"""`./run` in a folder with a space in its name, on machines that lack this or that."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.jack_server import wait_until

ROOT = Path(__file__).resolve().parent.parent
TOOLS = [
    *("sh", "cat", "cksum", "cut", "dirname", "env", "flock", "head", "id"),
    *("mktemp", "readlink", "rm", "sed", "tail", "tr", "uname"),
]


@dataclass
class Machine:
    """A checkout in `checkout`, and a folder of programs that is all of its PATH."""

    checkout: Path
    programs: Path

    def program(self, name: str, text: str) -> None:
        """Install a program, in place of any other of that name."""
        path = self.programs / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def environment_with(self, livepatch: str) -> None:
        """A finished .venv whose livepatch is this program."""
        binaries = self.checkout / ".venv" / "bin"
        binaries.mkdir(parents=True)
        (binaries / "python").write_text("#!/bin/sh\necho Python 3.11.0\n")
        (binaries / "livepatch").write_text(f"#!/bin/sh\n{livepatch}\n")
        for name in ("python", "livepatch"):
            (binaries / name).chmod(0o755)
        fingerprint = self.run_function("fingerprint")
        (binaries.parent / "ready-to-play").write_text(fingerprint)

    def run_function(self, name: str) -> str:
        """What one of the script's functions prints."""
        script = (self.checkout / "run").read_text().partition('\nif [ "${1:-}" = test ]')[0]
        command = ["sh", "-c", f"{script}\n{name}", str(self.checkout / "run")]
        return subprocess.run(command, env=self.variables(), check=True, capture_output=True, text=True).stdout

    def variables(self) -> dict[str, str]:
        return {"PATH": str(self.programs), "HOME": str(self.checkout.parent)}

    def run(self, *arguments: str, cwd: Path | None = None, script: Path | None = None) -> tuple[int, str, str]:
        """Exit code, output and errors of `./run` without a terminal."""
        done = subprocess.run(
            [str(script or self.checkout / "run"), *arguments],
            cwd=cwd or self.checkout,
            env=self.variables(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Debian with a Python, on which apt-get, sudo and compilers do nothing good."""
    machine = Machine(tmp_path / "a checkout", tmp_path / "bin")
    machine.checkout.mkdir()
    machine.programs.mkdir()
    for name in ("run", "pyproject.toml"):
        shutil.copy(ROOT / name, machine.checkout / name)
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None, tool
        (machine.programs / tool).symlink_to(found)
    machine.program("python3", f'exec "{sys.executable}" "$@"')
    machine.program("uname", "echo Linux")
    machine.program("id", "echo 1000")
    machine.program("ar", "exit 0")
    for broken in ("gcc", "clang", "cc", "sudo", "apt-get"):
        machine.program(broken, "exit 1")
    return machine


def test_a_finished_set_up_goes_straight_to_livepatch_with_every_argument(machine: Machine) -> None:
    machine.environment_with('printf "%s|" "$@"; exit 7')
    assert machine.run("render", "hello", "-o", "my take.wav") == (7, "render|hello|-o|my take.wav|", "")


def test_it_stays_in_the_folder_it_is_called_from_also_through_a_link(machine: Machine, tmp_path: Path) -> None:
    machine.environment_with("/bin/pwd")
    link = tmp_path / "lp"
    link.symlink_to(machine.checkout / "run")
    assert machine.run("repl", cwd=tmp_path, script=link) == (0, f"{tmp_path}\n", "")


@pytest.mark.parametrize("change", ["declarations", "python", "place", "half-made"])
def test_anything_that_changed_is_set_up_anew(machine: Machine, change: str) -> None:
    machine.environment_with("echo played")
    if change == "declarations":
        (machine.checkout / "pyproject.toml").write_text('[project]\nname = "other"\n')
    elif change == "python":
        (machine.checkout / ".venv" / "bin" / "python").write_text("#!/bin/sh\necho Python 3.12.0\n")
    elif change == "place":
        machine.checkout = machine.checkout.rename(machine.checkout.with_name("moved away"))
    else:
        (machine.checkout / ".venv" / "ready-to-play").unlink()
    code, output, errors = machine.run("repl")
    assert (code, output) == (1, "")
    assert "needs system packages" in errors


def test_no_file_of_the_folder_that_it_is_called_from_runs(machine: Machine, tmp_path: Path) -> None:
    folder, proof = tmp_path / "songs", tmp_path / "proof"
    folder.mkdir()
    for name in ("ensurepip", "venv", "sysconfig", "ctypes", "pip"):
        (folder / f"{name}.py").write_text(f"open({str(proof)!r}, 'a').write({name!r})\n")
    assert machine.run("repl", cwd=folder)[0] == 1
    assert not proof.exists()


def test_who_cannot_be_asked_gets_the_exact_line(machine: Machine) -> None:
    code, _, errors = machine.run()
    assert code == 1
    assert "needs system packages: sudo apt-get install -y --no-install-recommends gcc libc6-dev" in errors
    assert "cannot go on without a C compiler" in errors


def test_root_is_not_asked_and_apt_installs_only_what_is_missing(machine: Machine, tmp_path: Path) -> None:
    machine.program("id", "echo 0")
    machine.program("apt-get", f'echo "$DEBIAN_FRONTEND" "$@" >>"{tmp_path}/apt"')
    code, _, errors = machine.run("test")
    assert code == 1
    assert "cannot go on without a C compiler" in errors
    update, install = (tmp_path / "apt").read_text().splitlines()
    assert update.startswith("noninteractive -qq")
    assert update.endswith(" update")
    assert " install -y --no-install-recommends gcc libc6-dev" in install
    assert install.endswith(" jackd2 tmux")
    machine.program("gcc", "exit 0")
    packages = machine.run_function("find_python; missing_packages play").split()
    assert not {"gcc", "libc6-dev", "jackd2", "tmux"} & set(packages)


def test_a_failed_installation_says_what_apt_said(machine: Machine) -> None:
    machine.program("id", "echo 0")
    machine.program("apt-get", 'echo "E: Could not get lock" >&2; exit 100')
    code, _, errors = machine.run()
    assert code == 1
    assert "E: Could not get lock" in errors
    assert "could not install them: apt-get install" in errors


def test_an_old_python_is_refused_with_what_to_do(machine: Machine) -> None:
    machine.program("python3", "exit 1")
    assert machine.run() == (
        1,
        "",
        "livepatch: needs Python 3.11 or newer; if it is there under another name: PYTHON=/path/to/python ./run\n",
    )
    machine.program("uname", "echo Darwin")
    assert machine.run()[2] == "livepatch: needs Python 3.11 or newer: brew install python@3.13\n"


def test_on_a_mac_the_commands_are_named(machine: Machine) -> None:
    machine.program("uname", "echo Darwin")
    assert machine.run() == (1, "", "livepatch: needs a C compiler: xcode-select --install\n")
    machine.program("cc", "exit 0")
    assert machine.run("test") == (1, "", "livepatch: the tests need: brew install jack tmux\n")


def test_other_systems_hear_what_is_missing_in_their_own_terms(machine: Machine) -> None:
    (machine.programs / "apt-get").unlink()
    code, _, errors = machine.run()
    assert code == 1
    assert "sudo dnf install" in errors
    assert "sudo pacman -S" in errors


def test_ci_leaves_no_process_and_no_folder_behind(machine: Machine, tmp_path: Path) -> None:
    for tool in ("bash", "git", "grep", "sleep", "setsid", "dash"):
        found = shutil.which(tool)
        if found is not None:
            (machine.programs / tool).symlink_to(found)
    (machine.checkout / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", machine.checkout / ".ci" / "run")
    (machine.checkout / "run").write_text(
        f'#!/bin/sh\necho "$@"; setsid sleep 60 & echo $! >"{tmp_path}/pid"\necho $TMPDIR\n'
    )
    code, output, errors = machine.run("-k", "x", script=machine.checkout / ".ci" / "run")
    assert (code, errors) == (0, "")
    arguments, folder = output.splitlines()
    assert arguments == "test -k x"
    assert not Path(folder).exists()
    process = Path("/proc") / (tmp_path / "pid").read_text().strip()
    wait_until(lambda: not process.exists(), 60.0, "the end of what was left running")
