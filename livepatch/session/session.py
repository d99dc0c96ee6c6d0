"""The session: puts the rack, the performer's Python, the engine, the compiler and the front ends together."""

import os
import platform
import sys
import threading
import time
from collections import deque
from pathlib import Path

import msgspec

from livepatch import __version__, locations, settings
from livepatch.errors import LivepatchError, PatchError
from livepatch.journal import recovery
from livepatch.journal.performance import CHANGES
from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.patch import copied, own_module
from livepatch.protocol import children, messages
from livepatch.protocol.messages import Message, ModuleFault, Notice
from livepatch.session.ailments import ailing
from livepatch.session.builder import Builder
from livepatch.session.commands import COMMANDS, Commands
from livepatch.session.completion import Completer
from livepatch.session.console import Console, tell_background
from livepatch.session.fit import Fit
from livepatch.session.interrupts import Interrupts, when_terminated
from livepatch.session.jobs import Jobs
from livepatch.session.journal import Journal
from livepatch.session.keeper import Keeper
from livepatch.session.later import Later
from livepatch.session.launch import compiler_arguments, engine_arguments, log_of, prepare
from livepatch.session.library import LAST, Library
from livepatch.session.namespace import Namespace
from livepatch.session.output import Output
from livepatch.session.pictures import Pictures
from livepatch.session.plugins import Plugins
from livepatch.session.rack import Kind, Rack
from livepatch.session.restart import Restart
from livepatch.session.server import FrontEnd, Server
from livepatch.session.sound import Sound
from livepatch.session.sources import Sources
from livepatch.session.twin_process import TwinProcess
from livepatch.session.twins import Twins
from livepatch.session.watch import Watch
from livepatch.session.workshop import Workshop

KEPT_NOTICES = 20
LINE_SECONDS = 0.3
LAST_WORD_SECONDS = 3.0


class Session:
    """One session, in one process. Made and run by the main thread.

    What changes is guarded by the rack's lock. Threads: the main one evaluates; one per front end takes its
    messages; one supervises the engine, one per engine receives from it; one serves the compiler; one watches
    the module folders; each channel has one that sends.
    """

    def __init__(self, workspace: Path, runtime: Path, driver: str | None, sample_rate: int | None) -> None:
        """Open the door and put everything together; nothing runs yet.

        Raises: OSError: if the socket cannot be made.
        """
        prepare(workspace)
        self._workspace = workspace
        self._notices: deque[Notice] = deque(maxlen=KEPT_NOTICES)
        self._ended = threading.Event()
        self._interrupts = Interrupts()
        self._sources = Sources(locations.module_folders(workspace))
        fit = Fit(frozenset(COMMANDS), lambda source: source in self._sources.codes)
        self._rack = Rack(self._interrupts.lock(), lambda: self._sources.panels, fit)
        self._rack.listener = self
        self._later = Later(self._rack, self._tell)
        self._library = Library(workspace, self._rack, self._sources, COMMANDS)
        self._server = Server(runtime, self._welcome, self._take)
        self._workshop = Workshop(self._rack, self._sources, self._tell)
        self._start_children(runtime, driver, sample_rate)
        self._pictures = Pictures(runtime, self._rack, self._sources, self._server, self._sound.state, self._tell)
        self._commands = Commands(
            self._rack,
            self._sources,
            self._library,
            self._sound,
            self._open_file,
            lambda: self.end("stop()"),
            self._later,
        )
        namespace = Namespace(self._commands, self._commands.names())
        self._completer = Completer(namespace, self._commands)
        console = Console(namespace, self._interrupts, namespace.names, lambda: self._sources.panels)
        self._jobs = Jobs(console, self._interrupts, self._server)
        self._output = Output(self._jobs.print)
        self._keeper = Keeper(self._library, self._tell, self._ended, self._now_and_then)
        root = locations.journals(workspace)
        self._restart = Restart(root, self._rack, self._sources, self._library, self._tell)
        self._watch = Watch(self._sources.folders, self._workshop.look)

    def run(self, patch: str | None, recover: str | None = None) -> None:
        """Play `patch`, let front ends in, and evaluate what they send until the session ends.

        After a session that was killed, `recover` says what becomes of its rack, as in journal/recovery.py.
        """
        self._interrupts.install()
        when_terminated(lambda: self.end("it was terminated"))
        sys.stdout = sys.stderr = self._output
        threading.excepthook = lambda failure: (
            self._output.write(tell_background(failure.exc_type, failure.exc_value) + "\n") and None
        )
        self._restart.bring_code(patch)
        self._workshop.look(self._types_first(patch) | self._restart.types)
        if self._restart.crash is None:
            self._plugins.memory.sweep()
        else:
            with self._rack.lock:
                renewed = self._plugins.catalogue.meet(self._restart.crash.patch)
            self._notices += [Notice("note", line) for line in renewed]
        self._restart.begin(self._journal, recover, patch)
        self._keeper.held = self._restart.holds
        if patch is not None:
            self._load_first(patch)
            self._keeper.held = self._keeper.held or self._library.has_last()
        elif self._rack.patch.modules:
            with self._rack.lock:
                self._twins.replaced()
                self._plugins.replaced()
        self._builder.start()
        self._sound.start()
        self._twins.start()
        self._plugins.start()
        self._server.start()
        self._watch.start()
        self._pictures.start()
        self._keeper.start()
        self._jobs.run(self._output.flush)
        self._ended.wait(LAST_WORD_SECONDS)

    def end(self, reason: str) -> None:
        """End the session and its sound; the rack is kept for load("last"). Returns at once; any thread."""
        threading.Thread(target=self._end, args=(reason,), name="end", daemon=True).start()

    def edited(self, edit: Edit, about: str, kind: Kind) -> None:
        """The rack has changed: tell the engine and every front end."""
        self._keeper.changed.set()
        if kind in CHANGES:
            self._keeper.held = False
        for source in edits.sources(edit):
            if source in self._sources.codes:
                self._journal.code(self._sources.codes[source])
        if kind == "noted":
            self._journal.performed(edit, kind, 0)
            return
        if isinstance(edit, edits.ReplacePatch):
            self._replaced(edit, kind)
            self._workshop.note_code(edit)
            return
        self._twins.edited(edit)
        self._plugins.edited(edit)
        serial = self._later.landing(edit) or self._sound.edited(edit)
        self._journal.performed(edit, kind, serial)
        for part in edit.edits if isinstance(edit, edits.Batch) else (edit,):
            if isinstance(part, edits.SwapCode):
                self._workshop.swapped(part, serial, by_performer=kind in {"undone", "redone"})
            elif isinstance(part, edits.AddModule):
                self._workshop.hurry({part.module.type})
        self._server.broadcast(messages.Edited(_frozen(edit), about))
        self._workshop.note_code(edit)

    def _replaced(self, edit: edits.ReplacePatch, kind: Kind) -> None:
        """Another patch is in the rack."""
        self._later.forget()
        self._library.trust.follow(self._rack.patch)
        self._twins.replaced()
        self._plugins.replaced()
        self._journal.performed(edit, kind, self._sound.replaced())
        patch = copied(self._rack.patch)
        self._workshop.hurry({module.type for module in patch.modules.values()})
        modules, cables = tuple(patch.modules.values()), tuple(patch.cables.values())
        gone = tuple(sorted({module.type for module in modules} - self._sources.panels.keys()))
        untrusted = tuple(sorted(self._library.trust.pending()))
        self._server.broadcast(
            messages.Replaced(self._rack.name, modules, cables, patch.transport, gone, untrusted)
        )

    def _start_children(self, runtime: Path, driver: str | None, sample_rate: int | None) -> None:
        chosen, wrong = settings.read()
        self._notices.extend(Notice("warning", line) for line in wrong)
        cache = locations.cache()
        self._builder = Builder(
            compiler_arguments(self._sources.folders),
            log_of(self._workspace, "compiler"),
            self._workshop.answer,
            self._tell,
            self._workshop.improve,
        )
        self._sound = Sound(
            runtime,
            engine_arguments(chosen, runtime, driver, sample_rate),
            log_of(self._workspace, "engine"),
            cache,
            self._rack,
            self._sources,
            self._tell,
            self._workshop.applied,
            lambda: not self._builder.busy(),
        )
        process = TwinProcess(log_of(self._workspace, "twins"))
        storage = self._library.storage
        self._twins = Twins(self._rack, self._sources, storage, runtime, process, self._tell)
        self._twins.snapshots.playing = self._sound
        self._plugins = Plugins(
            self._rack,
            self._sources,
            storage,
            runtime,
            locations.state() / "plugin-states" / locations.runtime(self._workspace).name,
            log_of(self._workspace, "plugins"),
            self._tell,
        )
        self._plugins.playing = self._sound
        self._plugins.megabytes, self._plugins.seconds = chosen.plugin_megabytes, chosen.plugin_seconds
        self._plugins.rests = chosen.plugins_rest
        self._library.plugins = self._plugins
        self._journal = Journal(
            locations.journals(self._workspace),
            lambda: self._rack.copy().document(),
            {
                "swap_fade_ms": chosen.swap_fade_ms,
                "plugins_rest": float(chosen.plugins_rest),
                "sample_rate": sample_rate or chosen.sample_rate,
                "block_frames": chosen.block_frames,
                "driver": driver or chosen.driver,
                "python": platform.python_version(),
                "machine": platform.machine(),
            },
            lambda text: self._tell(Notice("warning", text)),
        )
        self._sound.journal = self._journal
        self._plugins.memory.remembered = self._journal.remember
        self._sound.later, self._later.holder = self._later, self._sound
        self._workshop.later, self._workshop.swap_at = self._later, chosen.swap_at
        self._sound.taken, self._sound.began = self._twins.snapshots.taken, self._began
        self._sound.panicking = self._panicking
        self._sound.unplugged, self._sound.retuned = self._plugins.lost, self._plugins.retuned
        self._library.twins, self._library.journaled = self._twins, self._journal.flush
        self._library.named = lambda name: self._tell(messages.Named(name))
        self._workshop.builder = self._builder
        self._workshop.sound = self._sound
        self._workshop.appeared = self._twins.appeared
        self._library.trust.look = self._workshop.look

    def _began(self) -> None:
        self._twins.began()
        self._plugins.began()

    def _panicking(self) -> None:
        self._twins.panicking()
        self._plugins.panicking()

    def _now_and_then(self) -> None:
        children.end_ahead()  # what nobody has asked for
        self._twins.save_settings()
        with self._rack.lock:
            self._journal.lasted(self._sound.frame())

    def _types_first(self, patch: str | None) -> frozenset[str]:
        """The module types that must be compiled first: those of the patch that is about to play."""
        if patch is None:
            return frozenset()
        try:
            return self._library.types(patch)
        except PatchError:
            return frozenset()  # loading it says what is wrong

    def _load_first(self, patch: str) -> None:
        try:
            for remark in self._library.load(patch):
                self._tell(Notice("warning", remark))
        except LivepatchError as error:
            self._tell(Notice("error", str(error)))

    def _tell(self, message: Message) -> None:
        """Broadcast; warnings and errors that nobody heard are kept for the front end that comes next."""
        heard = any(_reads(front) for front in self._server.fronts())
        if isinstance(message, Notice) and message.level != "note" and not heard:
            self._notices.append(message)
        self._server.broadcast(message)

    def _welcome(self, front: FrontEnd) -> None:
        with self._rack.lock:
            patch = copied(self._rack.patch)
            notices = list(self._notices)
            if _reads(front):
                self._notices.clear()
            if front.version != __version__:
                text = f"this session runs livepatch {__version__}; stop it to use {front.version}"
                notices.append(Notice("warning", text))
            faults = tuple(
                ModuleFault(type, problems, self._sources.playing(type) is not None)
                for type, problems in self._sources.faults.items()
            )
            front.outbox.post(
                messages.Welcome(
                    workspace=str(self._workspace),
                    patch_name=self._rack.name,
                    modules=tuple(patch.modules.values()),
                    cables=tuple(patch.cables.values()),
                    transport=patch.transport,
                    panels=dict(self._sources.panels),
                    faults=faults,
                    engine=self._sound.state(),
                    history_path=str(locations.state() / "history"),
                    notices=tuple(notices),
                    pending=self._later.lines(),
                    untrusted=tuple(sorted(self._library.trust.pending())),
                    ailing=ailing(self._sources, self._rack.patch),
                )
            )
            front.outbox.post(*self._plugins.board.everything())
            self._server.admit(front)

    def _take(self, front: FrontEnd, message: Message) -> None:
        match message:
            case messages.Evaluate():
                self._jobs.add(front, message)
            case messages.Interrupt():
                self._jobs.interrupt()
            case messages.Complete(id=number, code=code, cursor=cursor):
                front.outbox.post(messages.Completions(number, self._completer.complete(code, cursor)))
            case messages.Browse():
                front.outbox.post(messages.Browsed(self._commands.plugging.offered()))
            case messages.Stop():
                self.end("livepatch stop")
            case _:
                self._change(front, message)

    def _change(self, front: FrontEnd, message: Message) -> None:
        try:
            if _takes_state_away(message):
                self._library.remember()
            match message:
                case messages.Perform(edit=edit):
                    for remark in self._rack.perform(edit):
                        front.outbox.post(Notice("warning", remark))
                case messages.Act(id=id, method=method, text=text):
                    act = self._plugins if self._plugins.guest(id) is not None else self._twins
                    act.act_soon(id, method, text)
                case messages.Duplicate(id=id):
                    self._commands.duplicate(self._commands.handle(id))
                case messages.Undo():
                    self._rack.undo()
                case messages.Redo():
                    self._rack.redo()
                case _:
                    front.outbox.post(Notice("error", "a front end says hello once"))
        except PatchError as error:
            front.outbox.post(Notice("error", str(error)))

    def _open_file(self, path: Path) -> None:
        front = self._jobs.front()
        if front is not None:
            front.outbox.post(messages.OpenFile(str(path)))

    def _end(self, reason: str) -> None:
        if self._ended.is_set():
            return
        self._jobs.end(LINE_SECONDS)
        new = self._library.remember(files=True) or self._keeper.remembered or not self._keeper.held
        self._twins.save_settings()
        try:
            kept = self._library.keep_last() if new else None
        except PatchError as error:
            kept = None
            self._tell(Notice("error", str(error)))
        if kept is not None:
            reason += f'; load("{LAST}") brings the rack back'
        recovery.settle(locations.journals(self._workspace))
        with self._rack.lock:
            self._journal.end(self._sound.frame())
        self._server.broadcast(messages.Bye(reason))
        self._watch.end()
        self._pictures.end()
        self._twins.end()
        self._sound.end()
        self._plugins.end()
        self._journal.close()
        self._builder.end()
        self._server.close()
        self._ended.set()
        time.sleep(LAST_WORD_SECONDS)
        os._exit(0)  # the performer's code does not let go of the main thread


def _takes_state_away(message: Message) -> bool:
    """Whether a module may lose what it remembers by what is asked: that is noted before, for undo()."""
    match message:
        case messages.Undo() | messages.Redo():
            return True
        case messages.Perform(edit=edits.RemoveModule() | edits.ModuleEvent()):
            return True
        case messages.Perform(edit=edits.Batch(edits=parts)):
            return any(_takes_state_away(messages.Perform(part)) for part in parts)
    return False


def _reads(front: FrontEnd) -> bool:
    """Whether a front end shows what the session tells; eval only waits for its own line."""
    return front.front != "eval"


def _frozen(edit: Edit) -> Edit:
    """The edit with modules and cables of its own, for a message that is encoded later."""
    match edit:
        case edits.Batch(edits=parts):
            return edits.Batch(tuple(_frozen(part) for part in parts))
        case edits.AddModule(module=module):
            return edits.AddModule(own_module(module))
        case edits.AddCable(cable=cable):
            return edits.AddCable(msgspec.structs.replace(cable))
        case _:
            return edit
