"""The prompt below the rack: lines, completions, what is said above it."""

from pathlib import Path

from livepatch.protocol.messages import (
    Completion,
    Evaluated,
    Interrupt,
    Notice,
    Progress,
    Running,
)
from tests.tui.fake_session import FakeSession
from tests.tui.stage import Stage, perform

SCREENS = Path(__file__).parent / "screens"


def test_a_line_of_python_comes_back_with_its_value(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.type("6 * 7\n")
        await stage.shows("<6 * 7>")
        assert ">>> 6 * 7" in stage.screen()

    perform(workspace, act)


def test_print_out_arrives_in_one_line_and_errors_too(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.type("print(1)\n")
        await stage.shows("one two")
        await stage.type("1 / 0\n")
        await stage.shows("ZeroDivisionError: division by zero")

    perform(workspace, act)


def test_the_newest_output_stays_in_sight_until_the_performer_scrolls_back(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        for number in range(4):
            lines = "\n".join(f"output {number} {line}" for line in range(5))
            stage.session.say(Evaluated(number, "", lines))
            await stage.shows(f"output {number} 4")
        await stage.press("pageup")
        await stage.until(lambda: "output 3 4" not in stage.screen())
        stage.session.say(Evaluated(9, "", "one more"), Notice("note", "said"))
        await stage.shows("─ said ─")
        assert "one more" not in stage.screen()
        await stage.press("pagedown", "pagedown")
        await stage.shows("one more")

    perform(workspace, act)


def test_a_block_goes_on_until_an_empty_line(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.type("for i in x:\ni\n")
        assert not stage.session.received
        await stage.type("\n")
        await stage.shows("<for i in x:")

    perform(workspace, act)


def test_what_another_front_end_runs_is_said_and_can_be_stopped(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        stage.session.say(Running("eval"))
        await stage.shows("a line of eval is running, ctrl+c stops it")
        await stage.press("ctrl+c")
        await stage.until(lambda: Interrupt() in stage.session.received)
        stage.session.say(Running(""))
        await stage.until(lambda: "is running" not in stage.screen())

    perform(workspace, act)


def test_ctrl_c_interrupts_what_runs_and_never_quits(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("ctrl+c")
        assert not stage.session.received
        await stage.type("while 1: pass\n\n")
        await stage.shows("running, ctrl+c stops it")
        await stage.press("ctrl+c")
        await stage.until(lambda: Interrupt() in stage.session.received)
        assert stage.app.is_running

    perform(workspace, act)


def test_tab_offers_completions_and_enter_keeps_the_chosen_one(workspace: Path) -> None:
    session = FakeSession(workspace)
    session.completions = (Completion("cutoff", 4, "knob"), Completion("curve", 4, "trace"))

    async def act(stage: Stage) -> None:
        await stage.type("vcf.c\t")
        await stage.shows("trace")
        assert "vcf.cu" in stage.screen()
        await stage.press("tab", "tab")
        await stage.shows(">>> vcf.curve")
        await stage.press("enter")
        await stage.until(lambda: "trace" not in stage.screen())
        await stage.press("enter")
        await stage.shows("<vcf.curve>")

    perform(workspace, act, session=session)


def test_escape_puts_back_what_stood_there_before_the_completion(workspace: Path) -> None:
    session = FakeSession(workspace)
    session.completions = (Completion("saw", 4), Completion("tri", 4))

    async def act(stage: Stage) -> None:
        await stage.type("vco.\t")
        await stage.until(lambda: stage.app.console_view.offers.display)
        await stage.press("tab")
        await stage.shows(">>> vco.saw")
        await stage.press("escape")
        await stage.until(lambda: stage.app.console_view.prompt.text == "vco.")
        assert not stage.app.console_view.offers.display

    perform(workspace, act, session=session)


def test_what_was_typed_comes_back_with_the_up_key(workspace: Path) -> None:
    (workspace / "history").write_text("\n# 2026-01-01 00:00:00\n+tempo(128)\n\n# 2026-01-02 00:00:00\n+undo()\n")

    async def act(stage: Stage) -> None:
        await stage.type("t")
        await stage.press("up")
        await stage.shows(">>> tempo(128)")
        await stage.press("down")
        await stage.until(lambda: stage.app.console_view.prompt.text == "t")
        await stage.type("1\n")
        await stage.until(lambda: "+t1\n" in (workspace / "history").read_text())

    perform(workspace, act)


def test_notices_and_progress_are_said_above_the_prompt(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        stage.session.say(Notice("warning", "the device is gone; playing on without"), Progress(3, 12, "vcf"))
        await stage.shows("─ the device is gone; playing on without ─")
        await stage.shows("building vcf 3/12")
        stage.session.say(Progress(12, 12, "vcf"))
        await stage.until(lambda: "building" not in stage.screen())

    perform(workspace, act)
