"""The TUI: puts the rack, the REPL and the session together."""

import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import App, ComposeResult, SuspendNotSupported, SystemCommand
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.markup import escape
from textual.screen import Screen
from textual.widgets import Footer

from livepatch import locations
from livepatch.editor import editor_command, run_editor, source_file
from livepatch.errors import LivepatchError
from livepatch.journal.recovery import Crash
from livepatch.protocol.channel import Channel
from livepatch.protocol.client import attach
from livepatch.protocol.levels import Levels
from livepatch.protocol.messages import (
    Browsed,
    Completions,
    Evaluated,
    Interrupt,
    Message,
    Notice,
    OpenFile,
    PanelChanged,
    Printed,
    Stop,
    Welcome,
)
from livepatch.protocol.plugin_panel import is_plugin
from livepatch.tui import appearance
from livepatch.tui.browse_screen import BrowseScreen
from livepatch.tui.connection import Attach, Connection
from livepatch.tui.console_view import ConsoleView
from livepatch.tui.help_view import HelpView
from livepatch.tui.history import History
from livepatch.tui.keys import ACTIONS, Action, bindings
from livepatch.tui.look import DIMMED, LIVEPATCH, Look
from livepatch.tui.messages import (
    Arrived,
    Asked,
    EditSource,
    Ended,
    GoToRack,
    GoToRepl,
    Paged,
    Said,
    Snapped,
    Typed,
)
from livepatch.tui.model import Change, Rack
from livepatch.tui.news import news
from livepatch.tui.rack_view import RackView
from livepatch.tui.recovery_screen import RecoveryScreen
from livepatch.tui.snapshots import Snapshots
from livepatch.tui.status_bar import MessageLine, StatusBar
from livepatch.tui.terminal import quiet_terminal

TICKS_PER_SECOND = 15
SURE_SECONDS = 3.0
"""How soon the second press must follow that ends the sound."""
ZOOMS = ("", "rack-zoomed", "console-zoomed")
GREETING = 'type Python, such as vcf.cutoff = 2 or add("lfo"); tab: the rack, F1: keys'
LEFT = "The sound plays on. `livepatch` comes back to it, `livepatch stop` ends it."


class LivepatchApp(App[int]):
    """Wires the widgets to the connection; everything else is theirs."""

    CSS_PATH = "livepatch.tcss"
    TITLE = "livepatch"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app"), *bindings("help")]
    AUTO_FOCUS = "#prompt"

    def __init__(self, workspace: Path, patch: str | None, attach: Attach = attach) -> None:
        super().__init__()
        self.register_theme(LIVEPATCH)
        self._appearance, self._trouble = appearance.read(locations.screen_file())
        self.room = min(DIMMED, key=lambda room: abs(room - self._appearance.room))
        self._dress()
        self.farewell = LEFT
        self.workspace = workspace
        self.rack = Rack(Snapshots(self._snapshot_ready, self._snapshot_refused))
        self.levels = Levels()
        look = self._look()
        self.rack_view = RackView(self.rack, self.levels, self._look(self.room))
        self.console_view = ConsoleView(look)
        self.status_bar = StatusBar(self.rack, self.levels, look)
        self.message_line = MessageLine(look)
        self.help_view = HelpView(look)
        self.connection = Connection(workspace, patch, self._arrived, self._ended, attach)
        self._greeted = False
        self._stop_asked_at = -SURE_SECONDS

    def compose(self) -> ComposeResult:
        """From the top of the screen."""
        yield self.status_bar
        yield self.rack_view
        yield self.message_line
        yield self.console_view
        yield Footer(compact=True, show_command_palette=False)
        yield self.help_view

    def on_mount(self) -> None:
        """Show the screen, and attach to the session behind it."""
        self.theme_changed_signal.subscribe(self, lambda _: self._change_look())
        if self._trouble:
            self.say("warning", self._trouble)
        self.set_interval(1.0 / TICKS_PER_SECOND, self._tick)
        self.connection.start()

    def on_unmount(self) -> None:
        """Let go of the session."""
        self.connection.close()
        self.levels.close()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action of the table, and the themes, for the palette."""
        del screen  # there is only one
        for action in ACTIONS:
            if action.palette and not action.call.startswith("app."):
                title = escape(f"{action.help} ({action.key_names})")
                yield SystemCommand(title, "", self._caller(action))
        yield SystemCommand("choose a theme, the colours of the screen", "", self.action_change_theme)

    def say(self, level: str, text: str) -> None:
        """Tell the performer something that stays readable: above the prompt now, in the transcript later."""
        self.message_line.say(level, text)
        self.console_view.say(level, text)

    async def action_help(self) -> None:
        """Show the keys, or take them away."""
        self.help_view.display = not self.help_view.display

    def action_close_help(self) -> None:
        """Take the keys away that are shown."""
        self.help_view.display = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key acts now: escape is the page of keys' only while that is shown."""
        if action == "close_help":
            return bool(self.help_view.display) and len(self.screen_stack) == 1
        return super().check_action(action, parameters)

    def action_rack(self) -> None:
        """Give the keys to the rack."""
        self.rack_view.focus()

    def action_repl(self) -> None:
        """Give the keys to the prompt."""
        self.console_view.prompt.focus()

    def action_zoom(self) -> None:
        """Divide the screen otherwise."""
        now = next((zoom for zoom in ZOOMS if zoom and self.screen.has_class(zoom)), "")
        wanted = ZOOMS[(ZOOMS.index(now) + 1) % len(ZOOMS)]
        for zoom in filter(None, ZOOMS):
            self.screen.set_class(zoom == wanted, zoom)

    def action_dim(self) -> None:
        """Make the room of the rack darker, or bright again."""
        self.room = DIMMED[(DIMMED.index(self.room) + 1) % len(DIMMED)]
        self._change_look()
        self.message_line.say("note", f"the room is at {self.room:.0%}")

    def action_interrupt(self) -> None:
        """Copy what is selected on the screen; otherwise stop what runs."""
        selected = self.screen.get_selected_text()
        if selected:
            self.copy_to_clipboard(selected)
            self.screen.clear_selection()
        elif self.rack.running:
            self.connection.send(Interrupt())
        else:
            self.console_view.interrupt()

    def action_panic(self) -> None:
        """Silence at once."""
        self.console_view.run("panic()")

    def action_stop(self) -> None:
        """End the session and its sound, if asked twice."""
        if time.monotonic() - self._stop_asked_at < SURE_SECONDS:
            self.connection.send(Stop())
            return
        self._greeted = False
        self._stop_asked_at = time.monotonic()
        self.message_line.say("warning", "once more within three seconds ends the session and its sound")

    def action_leave(self) -> None:
        """Leave; the sound plays on."""
        self.exit(0)

    async def action_quit(self) -> None:
        """As `leave`, by Textual's own name."""
        self.action_leave()

    @on(Arrived)
    def _take_all(self) -> None:
        change = Change.NOTHING
        for message in self.connection.inbox.drain():
            change |= self.rack.take(message)
            self._tell(message)
        if change:
            self.rack_view.show(change)
        if change & (Change.STATUS | Change.ENGINE):
            self.status_bar.refresh()
        if Change.ENGINE in change:
            self._follow_engine()

    @on(Asked)
    def _ask(self, event: Asked) -> None:
        if not self.connection.send(event.message):
            self.say("error", "the session does not answer")

    @on(Said)
    def _said(self, event: Said) -> None:
        self.say(event.level, event.text)

    @on(Typed)
    def _typed(self, event: Typed) -> None:
        self.console_view.run(event.code)

    @on(Ended)
    def _leave(self, event: Ended) -> None:
        self.farewell = event.reason
        self.exit(event.code)

    @on(GoToRack)
    def _go_to_rack(self) -> None:
        self.action_rack()

    @on(GoToRepl)
    def _go_to_repl(self) -> None:
        self.action_repl()

    @on(Paged)
    def _page(self, event: Paged) -> None:
        if self.help_view.display:
            self.help_view.page(event.direction)
        elif self.rack_view.has_focus:
            self.rack_view.page(event.direction)
        else:
            self.console_view.transcript.page(event.direction)

    @on(EditSource)
    def _edit_source(self, event: EditSource) -> None:
        file = source_file(self.workspace, event.type)
        if file is None:
            self.say("error", f"there is no file {event.type}.py in this workspace's modules or livepatch's own")
            return
        fault = self.rack.faults.get(event.type)
        self._edit(file, fault.problems[0].line if fault is not None else 0)

    def _edit(self, file: Path, line: int = 0) -> None:
        """Lend the terminal to the performer's editor."""
        command = editor_command(file, line)
        if command is None:
            self.say("note", f"no editor is set: set $EDITOR, or open {file} in yours")
            return
        trouble = ""
        try:
            with self.suspend():
                trouble = run_editor(command)
        except SuspendNotSupported:
            trouble = "this terminal cannot be lent to an editor"
        if trouble:
            self.say("warning", f"{trouble}; the file is {file}")

    def _tell(self, message: Message) -> None:
        match message:
            case Printed() | Evaluated() | Completions():
                self.console_view.show(message)
            case Welcome():
                self._greet(message)
            case Browsed() if isinstance(self.screen, BrowseScreen):
                self.screen.show()
            case Notice(level=level, text=text):
                self._notice(level, text)
            case OpenFile(path=path):
                self._edit(Path(path))
            case PanelChanged(panel=panel) if is_plugin(panel.type) or not self.rack.has_type(panel.type):
                return
            case PanelChanged(panel=panel, milliseconds=milliseconds):
                self.rack_view.flash(panel.type, f"{milliseconds:.0f} ms")
            case _:
                pass
        if (said := news(message)) is not None:
            (self.say if said.kept else self.message_line.say)(said.level, said.text)

    def _greet(self, welcome: Welcome) -> None:
        self.console_view.remember(History(Path(welcome.history_path) if welcome.history_path else None))
        self.console_view.forget_running()
        if not self._greeted:
            self._greeted = True
            self.console_view.say("note", GREETING)
        for notice in welcome.notices:
            self._notice(notice.level, notice.text)

    def _notice(self, level: str, text: str) -> None:
        if level != "note" and self.rack.refused():
            self.rack_view.show(Change.VALUES)
        self.say(level, text)

    def _follow_engine(self) -> None:
        name = self.rack.engine.meters
        path = locations.runtime(self.workspace) / name if name else None
        trouble = self.levels.follow(path)
        if trouble:
            self.say("warning", trouble)

    def _show_busy(self) -> None:
        progress = self.rack.progress
        other = f"a line of {self.rack.running} is running, ctrl+c stops it" if self.rack.running else ""
        running = "running, ctrl+c stops it" if self.console_view.running else other
        building = f"building {progress.name} {progress.done}/{progress.total}" if progress is not None else ""
        self.message_line.busy = running or building

    def _tick(self) -> None:
        self.rack_view.tick()
        self.status_bar.tick()
        self.message_line.tick()
        self._show_busy()

    def _look(self, room: float = 1.0) -> Look:
        return Look.of(self.get_css_variables(), dark=self.current_theme.dark, room=room)

    def _dress(self) -> None:
        """Wear the theme that the performer chose; one that there is no more gives way to livepatch's own."""
        kept = self._appearance.theme
        self.theme = kept if kept in self.available_themes else LIVEPATCH.name
        if kept and self.theme != kept:
            self._trouble = f"{locations.screen_file()}: there is no theme {kept}; ctrl+p chooses another"

    def _change_look(self) -> None:
        """Show the theme and the room as they are now, and keep them."""
        self._wear()
        theme = "" if self.theme == LIVEPATCH.name else self.theme
        chosen = appearance.Appearance(theme=theme, room=self.room)
        if chosen != self._appearance:
            self._appearance = chosen
            if trouble := appearance.write(locations.screen_file(), chosen):
                self.say("warning", trouble)

    def _wear(self) -> None:
        look = self._look()
        for bar in (self.status_bar, self.message_line):
            bar.look = look
            bar.refresh()
        self.rack_view.wear(self._look(self.room))
        self.console_view.wear(look)
        self.refresh(layout=True)

    def _caller(self, action: Action) -> Callable[[], Awaitable[None]]:
        area: DOMNode = {"rack": self.rack_view, "repl": self.console_view.prompt}.get(action.area, self)

        async def call() -> None:
            if isinstance(area, RackView):
                area.screen.set_focus(area)
                area.call_later(self.run_action, action.call, area)  # once it has the keys
            else:
                await self.run_action(action.call, area)

        return call

    def _snapshot_ready(self) -> None:
        self.post_message(Snapped())

    def _snapshot_refused(self, why: str) -> None:
        self.post_message(Said("note", why))

    @on(Snapped)
    def _snapped(self) -> None:
        self.rack_view.show(Change.STRUCTURE)

    def _arrived(self) -> None:
        self.post_message(Arrived())

    def _ended(self, reason: str, code: int) -> None:
        self.post_message(Ended(reason, code))


def _recovering(recover: str) -> Attach:
    """Attach so that the first session that is started goes on as was chosen; another chooses by itself."""
    chosen = [recover]

    def first(workspace: Path, front: str, *, patch: str | None = None) -> tuple[Channel, Welcome]:
        return attach(workspace, front, patch=patch, recover=chosen.pop() if chosen else None)

    return first


def run(workspace: Path, patch: str | None, recover: str | None = None, crash: Crash | None = None) -> int:
    """Show the rack and the REPL until the performer leaves or the session ends; an exit code.

    After a `crash`, it is asked first how to go on, unless `recover` says it already.
    One line on the terminal says afterwards how things stand.
    """
    try:
        with quiet_terminal(locations.state() / "tui.log"):
            if crash is not None and recover is None:
                recover = RecoveryScreen(crash).run()
                if recover is None:
                    return 0
            app = LivepatchApp(workspace, patch, attach if recover is None else _recovering(recover))
            code = app.run()
    except LivepatchError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the one line that says why
        return 1
    if code is None:
        return 1
    print(app.farewell, file=sys.stderr if code else sys.stdout)
    return code
