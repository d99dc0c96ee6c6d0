"""What a VST2 plug-in says of itself."""

import time
from typing import Any, Final

import msgspec

from livepatch.plugins.vst2.abi import ffi
from livepatch.plugins.vst2.buses import buses
from livepatch.plugins.vst2.effect import Effect, text_of
from livepatch.plugins.vst2.opcodes import (
    CATEGORIES,
    GIVES_NOTES,
    HAS_BYPASS,
    TAKES_NOTES,
    Ask,
    Flag,
    ParameterFlag,
)
from livepatch.protocol.plugin_facts import ENDLESS, UNKNOWN, Facts, Parameter

MOST_STEPS: Final = 16
"""So many values, besides the first, have their texts in a parameter's facts."""
WALK_SECONDS: Final = 2.0
"""How long the names of programs are looked up by going to each; the others are numbered."""
LONGEST_TAIL: Final = 1 << 30
_BY_BYTES: Final = 0x10000
_BY_DIGITS: Final = 100


def describe_effect(effect: Effect, path: str, stem: str, *, wants_midi: bool) -> Facts:
    """All facts of an open effect that is not active yet; it is left as it was."""
    flags = effect.flags
    category = effect.ask(Ask.CATEGORY)
    instrument = bool(flags & Flag.SYNTH)
    return Facts(
        format="vst2",
        path=path,
        uid=f"{effect.uid:08X}",
        name=effect.ask_text(Ask.EFFECT_NAME) or effect.ask_text(Ask.PRODUCT) or stem,
        vendor=effect.ask_text(Ask.VENDOR),
        version=version_text(effect.ask(Ask.VENDOR_VERSION)) or version_text(effect.pointer.version),
        category=CATEGORIES[category] if 0 <= category < len(CATEGORIES) else "",
        instrument=instrument,
        inputs=buses(effect, Ask.INPUT_PIN),
        outputs=buses(effect, Ask.OUTPUT_PIN),
        notes_in=instrument or wants_midi or _can_any(effect, TAKES_NOTES),
        notes_out=_can_any(effect, GIVES_NOTES),
        parameters=parameters(effect),
        programs=program_names(effect),
        own_bypass=effect.can_do(HAS_BYPASS) == 1,
        latency=effect.latency,
        tail=tail(effect),
        doubles=bool(flags & Flag.DOUBLES) and effect.pointer.process_doubles != ffi.NULL,
        state=bool(flags & Flag.CHUNKS),
    )


def _can_any(effect: Effect, words: tuple[bytes, ...]) -> bool:
    return any(effect.can_do(word) == 1 for word in words)


def tail(effect: Effect) -> int:
    """Frames that it goes on sounding; UNKNOWN where it does not say, as most."""
    frames = effect.ask(Ask.TAIL)
    if frames == 1:
        return 0
    if frames < 1:
        return UNKNOWN
    return frames if frames < LONGEST_TAIL else ENDLESS


def version_text(number: int) -> str:
    """A version as plug-ins count: 0x10203 and 1230 are 1.2.3; "" for none."""
    if number <= 0 or number >= 1 << 31:
        return ""
    if number >= _BY_BYTES or number % 256 == 0:
        return ".".join(str(number >> shift & 255) for shift in (16, 8, 0))
    if number < _BY_DIGITS:
        return str(number)
    major, rest = divmod(number, 1000)
    return ".".join([str(major), *(f"{rest:03d}".rstrip("0") or "0")])


def parameters(effect: Effect) -> tuple[Parameter, ...]:
    """All parameters. Where a plug-in says of each that it cannot be automated, it has never been asked before."""
    count = effect.parameters
    automatable = [effect.ask(Ask.CAN_BE_AUTOMATED, index) == 1 for index in range(count)]
    any_is = any(automatable)
    found = ffi.new("ParameterFacts *")
    return tuple(_parameter(effect, index, found, automatable[index] or not any_is) for index in range(count))


def _parameter(effect: Effect, index: int, found: Any, automatable: bool) -> Parameter:  # noqa: FBT001 - a fact
    ffi.memmove(found, bytes(ffi.sizeof("ParameterFacts")), ffi.sizeof("ParameterFacts"))
    has_facts = effect.ask(Ask.PARAMETER_FACTS, index, pointer=found) == 1
    flags = ParameterFlag(found.flags & sum(ParameterFlag)) if has_facts else ParameterFlag(0)
    value = effect.value(index)
    steps = _steps(found, flags)
    label = text_of(ffi.string(found.label)) if has_facts else ""
    return Parameter(
        id=index,
        name=effect.ask_text(Ask.PARAMETER_NAME, index) or label or f"Parameter {index + 1}",
        short=text_of(ffi.string(found.short_label)) if has_facts else "",
        unit=effect.ask_text(Ask.PARAMETER_UNIT, index),
        steps=steps,
        default=value,
        group=text_of(ffi.string(found.category_label)) if flags & ParameterFlag.CATEGORY else "",
        texts=step_texts(effect, index, steps, value) if 0 < steps <= MOST_STEPS else (),
        automatable=automatable,
    )


def _steps(found: Any, flags: ParameterFlag) -> int:
    if flags & ParameterFlag.SWITCH:
        return 1
    if flags & ParameterFlag.WHOLE_RANGE:
        return min(max(int(found.most) - int(found.least), 0), 1 << 20)
    return 0


def step_texts(effect: Effect, index: int, steps: int, value: float) -> tuple[str, ...]:
    """What each step is called, by going there and back; only of a plug-in that nobody hears yet."""
    texts = []
    for step in range(steps + 1):
        effect.set_value(index, step / steps)
        texts.append(effect.ask_text(Ask.PARAMETER_TEXT, index))
    effect.set_value(index, value)
    return tuple(texts) if all(texts) and len(set(texts)) == len(texts) else ()


def program_names(effect: Effect) -> tuple[str, ...]:
    """The names of all programs; walks through them where a plug-in does not know their names beforehand."""
    count = effect.programs
    names = _known_names(effect)
    if len(names) < count:
        names = _walk(effect)
    names += [""] * (count - len(names))
    return tuple(name or _numbered(number) for number, name in enumerate(names))


def _numbered(number: int) -> str:
    return f"Program {number + 1}"


def _known_names(effect: Effect) -> list[str]:
    """As many names of programs, from the first on, as the plug-in knows without going there."""
    names = []
    for number in range(effect.programs):
        known, name = effect.answer_text(Ask.NAME_OF_PROGRAM, number, -1)
        if not known and not name:
            break
        names.append(name)
    return names


def named_again(effect: Effect, facts: Facts) -> Facts:
    """The facts with the names that parameters and programs have now; nobody hears that they are looked up."""
    programs = list(facts.programs[: effect.programs])
    programs += [_numbered(number) for number in range(len(programs), effect.programs)]
    names = _known_names(effect)
    now = effect.program()
    if not names and now >= 0:
        programs[now] = effect.ask_text(Ask.GET_PROGRAM_NAME) or programs[now]
    for number, name in enumerate(names):
        programs[number] = name or _numbered(number)
    found = []
    for parameter in facts.parameters[: effect.parameters]:
        name = effect.ask_text(Ask.PARAMETER_NAME, parameter.id) or parameter.name
        found.append(msgspec.structs.replace(parameter, name=name))
    return msgspec.structs.replace(facts, parameters=tuple(found), programs=tuple(programs))


def _walk(effect: Effect) -> list[str]:
    before = effect.program()
    if effect.programs == 1 or before < 0:
        return [effect.ask_text(Ask.GET_PROGRAM_NAME)]
    values = effect.values()
    names: list[str] = []
    began = time.monotonic()
    for number in range(effect.programs):
        if time.monotonic() - began > WALK_SECONDS:
            break
        effect.set_program(number)
        names.append(effect.ask_text(Ask.GET_PROGRAM_NAME))
    effect.set_program(before)
    for index, value in enumerate(values):
        if effect.value(index) != value:
            effect.set_value(index, value)
    return names
