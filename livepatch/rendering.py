"""What is done without a session: `livepatch render` and `livepatch check`."""
# ruff: noqa: PLC0415 - the native library must be in place before what it replaces is imported

import json
import queue
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from livepatch import locations, wave_file
from livepatch.errors import LivepatchError, PatchError
from livepatch.headless import show_progress
from livepatch.panel import Panel
from livepatch.patch import files, placeholder
from livepatch.patch.patch import Patch, PlacedModule
from livepatch.protocol.messages import Built, Rejected
from livepatch.protocol.pulse import Pulse
from livepatch.protocol.states import State, read_states
from livepatch.session import hosting, neighbours, sketch
from livepatch.session.builder import Builder
from livepatch.session.neighbours import Findings
from livepatch.session.opening import Opening
from livepatch.session.sources import Code, SourceFile, Sources, type_of
from livepatch.session.trust import Trust
from livepatch.session.twin_process import TwinProcess, call

BUILD_SECONDS = 300.0


def render(  # noqa: PLR0913, PLR0917 - the command line's options
    workspace: Path,
    name: str,
    output: Path,
    sample_rate: int,
    block: int,
    pulse: Pulse,
    sound: NDArray[np.float32],
) -> None:
    """Write what a patch sounds like from its start, as 32-bit float samples: the same file each time.

    `sound`, (frames, 2), is written into first, as long as that is, and `pulse` says how much of it is there.

    Raises: LivepatchError: if the patch, a module of it or the file is wrong.
    """
    sources = Sources(locations.module_folders(workspace))
    trust = Trust(locations.state() / "code", sources)
    for file in sources.scan():
        sources.read_panel(file)
    with tempfile.TemporaryDirectory() as scratch:
        opening = Opening(lambda name: files.find(name, locations.patch_folders(workspace)), (), Path(scratch))
        opened = opening.open(name, sources.panels)
        patch, folder = opened.patch, opened.folder
        trust.open(patch, folder)
        trust.follow(patch)
        sys.stderr.writelines(f"{line}\n" for line in hosting.renew(patch))
        plugins = hosting.builds_of(patch)
        sources.panels |= {type: made.panel for type, made in plugins.items()}
        types = {module.type for module in patch.modules.values()}
        for type in sorted(types & sources.faults.keys()):
            raise PatchError(str(sources.faults[type][0]))
        missing = opened.remarks or placeholder.remarks(patch, sources.panels, trust.pending())
        sys.stderr.writelines(
            f"{remark}\n" for remark in (*trust.remarks(), *missing, *deaf(patch, sources.panels))
        )
        patch = placeholder.playable(patch, sources.panels)
        types &= sources.panels.keys() - plugins.keys()
        builds = prepare([sources.files[type] for type in sorted(types)], sources.folders)
        builds |= {type: hosting.folder_of(made) for type, made in plugins.items()}
        from livepatch.engine import offline

        rate, storage = float(sample_rate), folder / "storage"
        states = remembered(patch, sources, storage, rate)
        guests = [module for module in patch.modules.values() if module.type in plugins]
        with hosting.hosted(guests, plugins, storage, rate) as places:
            pulse.say({module.id: _about(module, sources, workspace) for module in patch.modules.values()})
            pulse.begin()
            try:
                offline.render(patch, builds, len(sound), rate, block, states, places, pulse, sound)
            finally:
                pulse.rest()
            wave_file.save(output, sound.astype("<f4", copy=False).tobytes(), rate)


def _about(module: PlacedModule, sources: Sources, workspace: Path) -> tuple[str, str, str]:
    """A module's name, its type and where its file is."""
    file = sources.files.get(module.type)
    if file is None:
        return module.name, module.type, ""
    path = file.path
    return module.name, module.type, str(path.relative_to(workspace) if path.is_relative_to(workspace) else path)


def deaf(patch: Patch, panels: Mapping[str, Panel]) -> list[str]:
    """A line about the modules whose cables bring what comes in at the sound card, if there are any."""
    names = [
        module.name
        for module in patch.modules.values()
        if module.type in panels
        and any(
            cable.source == module.id and cable.outlet in panels[module.type].captures
            for cable in patch.cables_of(module.id)
        )
    ]
    return [f"{', '.join(names)}: nothing comes in at the sound card while a patch is rendered"] if names else []


def remembered(patch: Patch, sources: Sources, storage: Path, sample_rate: float) -> dict[int, State]:
    """What the modules of a patch remember besides their knobs, by id.

    Raises: LivepatchError: if a module cannot take it back.
    """
    states: dict[int, State] = {}
    process = TwinProcess(locations.state() / "twins.log")
    with tempfile.TemporaryDirectory() as folder:
        for module in patch.modules.values():
            code = sources.newest(module.type)
            if code is None or "from_json" not in code.panel.control:
                continue
            own = storage / str(module.id)
            if not module.data and not own.is_dir():
                continue
            changes = Path(folder) / str(module.id)
            request = call(module, code, "from_json", module.data, sample_rate, changes, own)
            answer = process.call(request)
            if answer.problem is not None:
                process.end()
                raise LivepatchError(f"{module.name}: {answer.problem}")
            states |= read_states(changes) if answer.changes else {}
            module.knobs.update(answer.knobs)
    process.end()
    return states


def check(workspace: Path, path: Path, *, as_json: bool) -> int:
    """Compile a module file and try it out; print what is wrong with it, 1 if anything is.

    Raises: LivepatchError: if it cannot be read or is no module file.
    """
    type = type_of(path)
    if type is None:
        raise LivepatchError(f"{path} is no module file: its name is to be one Python word and end in .py")
    try:
        file = SourceFile(type, path, path.read_text(encoding="utf-8", errors="replace"), path.stat().st_mtime)
    except OSError as error:
        raise LivepatchError(f"{path} cannot be read: {error.strerror}") from error
    folders = locations.module_folders(workspace)
    answer = build([file], folders)[type]
    problems, notes = _findings(file, answer, folders)
    if as_json:
        document: dict[str, Any] = {"type": type, "ok": not problems, "problems": msgspec.to_builtins(problems)}
        document["notes"] = msgspec.to_builtins(notes)
        if isinstance(answer, Built):
            document |= {"nanoseconds_per_sample": answer.nanoseconds, "folder": answer.folder}
            document["voices"] = answer.voices
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
        return 1 if problems else 0
    sys.stderr.writelines(f"{note.place(note.path)}: note: {note.message}\n" for note in notes)
    if isinstance(answer, Built) and not problems:
        voices = f"; {answer.voices}" if answer.voices else ""
        sys.stdout.write(f"{path}: fine, {answer.nanoseconds:.1f} ns a sample{voices}\n")
    else:
        sys.stderr.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


def _findings(file: SourceFile, answer: Built | Rejected, folders: list[Path]) -> Findings:
    """All that is wrong with a file, as the compiler, its neighbours and its picture show it."""
    if isinstance(answer, Rejected):
        return Findings(answer.problems)
    sources = Sources([file.path.parent, *folders])
    sources.scan()
    found = neighbours.findings(file, answer.panel, sources)
    code = Code(file.type, answer.source, answer.folder, answer.panel, str(file.path), file.text)
    return Findings((*found.problems, *sketch.problems_of(code)), found.notes)


def prepare(wanted: list[SourceFile], folders: list[Path]) -> dict[str, Path]:
    """Have module files compiled and the engine's native parts loaded; each type's folder of compiled code.

    Call it before anything imports the engine.

    Raises: LivepatchError: if a module is wrong, or the compiler does not answer.
    """
    answers = build(wanted, folders)
    for answer in answers.values():
        if isinstance(answer, Rejected):
            raise LivepatchError("\n".join(map(str, answer.problems)))
    from livepatch.protocol.builds import core_folder, load_core

    core = core_folder(locations.cache())
    if core is None:
        raise LivepatchError(f"the core library is missing; delete {locations.cache()} and try again")
    load_core(core)
    return {answer.type: Path(answer.folder) for answer in answers.values() if isinstance(answer, Built)}


def build(wanted: list[SourceFile], folders: list[Path]) -> dict[str, Built | Rejected]:
    """Have module files compiled by a compiler of our own; each type's answer. Progress goes to stderr.

    Raises: LivepatchError: if the compiler does not answer.
    """
    cache = locations.cache()
    arrived: queue.Queue[Built | Rejected] = queue.Queue()
    log = locations.state() / "compiler.log"
    arguments = ["--cache", str(cache), "--folders", *map(str, folders)]
    builder = Builder(arguments, log, lambda _, answer: arrived.put(answer), show_progress)
    for file in wanted:
        builder.build(file)
    builder.start()
    answers: dict[str, Built | Rejected] = {}
    try:
        while len(answers) < len(wanted):
            answer = arrived.get(timeout=BUILD_SECONDS)
            answers[answer.type] = answer
    except queue.Empty as error:
        raise LivepatchError(f"the compiler does not answer; its log is {log}") from error
    finally:
        builder.end()
    return answers
