"""The state of a VST2 plug-in as the bytes of a preset file, and back."""

from livepatch.plugins.plugin import PluginError
from livepatch.plugins.presets.fxp import Fxb, Fxp, read_fx, write_fxb, write_fxp
from livepatch.plugins.vst2.abi import ffi
from livepatch.plugins.vst2.effect import Effect
from livepatch.plugins.vst2.opcodes import Ask, Flag

MOST_REMEMBERED = 1 << 18
"""Values of all programs together; of a plug-in with more only the current program is saved."""

MOST_NAME = 23
"""Bytes of a program's name."""

Values = tuple[float, ...]


class State:
    """The whole state of a plug-in. Main thread.

    A plug-in that does not save its state itself has all its programs saved, as they were when it was loaded or
    last left: to look at another than the current one it would have to go there, which would be heard.
    """

    def __init__(self, effect: Effect, names: tuple[str, ...]) -> None:
        self._effect = effect
        self._names = list(names)
        self._programs: list[Values] = []
        self._chunk = b""
        if not effect.flags & Flag.CHUNKS and 1 < effect.programs * effect.parameters <= MOST_REMEMBERED:
            self._programs = self._look()

    def _look(self) -> list[Values]:
        """The values of each program, of a plug-in that nobody hears."""
        effect, now = self._effect, self._effect.program()
        if effect.programs < 2 or now < 0:
            return []
        kept = effect.values()
        programs = []
        for number in range(effect.programs):
            effect.set_program(number)
            programs.append(effect.values())
        effect.set_program(now)
        self._set(kept)
        programs[now] = kept
        return programs

    def rename(self, names: tuple[str, ...]) -> None:
        """The programs are called so now."""
        self._names = list(names)

    def leave(self) -> None:
        """Remember the program that is about to be left."""
        now = self._effect.program()
        if 0 <= now < len(self._programs):
            self._programs[now] = self._effect.values()

    def save(self) -> bytes:
        """The bytes of a .fxp of a plug-in with up to one program, else of a .fxb."""
        effect = self._effect
        if effect.flags & Flag.CHUNKS:
            single = effect.chunk(program=True) if effect.programs <= 1 else b""
            if single:
                return write_fxp(self._program(chunk=single))
            whole = effect.chunk(program=False)
            if whole:
                return write_fxb(Fxb(*self._ids(), self._now(), chunk=whole, count=effect.programs))
        self.leave()
        if not self._programs:
            return write_fxp(self._program(parameters=effect.values()))
        uid, version = self._ids()
        programs = tuple(
            Fxp(uid, version, self._name(number), parameters=values)
            for number, values in enumerate(self._programs)
        )
        return write_fxb(Fxb(uid, version, self._now(), programs=programs))

    def save_program(self) -> bytes:
        """The bytes of a .fxp of the current program."""
        effect = self._effect
        chunk = effect.chunk(program=True) if effect.flags & Flag.CHUNKS else b""
        return write_fxp(self._program(chunk=chunk) if chunk else self._program(parameters=effect.values()))

    def _ids(self) -> tuple[str, int]:
        return f"{self._effect.uid:08X}", self._effect.pointer.version

    def _now(self) -> int:
        return max(self._effect.program(), 0)

    def _name(self, number: int) -> str:
        return self._names[number] if number < len(self._names) else ""

    def _program(self, *, parameters: Values | None = None, chunk: bytes | None = None) -> Fxp:
        return Fxp(*self._ids(), self._name(self._now()), parameters, chunk, self._effect.parameters)

    def load(self, state: bytes) -> None:
        """Take over a .fxp, which is for the current program, or a .fxb.

        Raises: PluginError: if it is damaged, or for another plug-in, or this one refuses it.
        """
        found = read_fx(state)
        effect = self._effect
        if int(found.uid, 16) != effect.uid:
            raise PluginError(f"this preset is for the plug-in {found.uid}; {effect.name} is {effect.uid:08X}")
        single = isinstance(found, Fxp)
        elements = found.count or (effect.parameters if single else effect.programs)
        if not effect.accepts(effect.uid, found.version, elements, program=single):
            raise PluginError(f"{effect.name} refuses this preset, which is of its version {found.version}")
        if found.chunk is not None:
            self._load_chunk(found.chunk, found)
        elif isinstance(found, Fxp):
            self._load_program(found)
        else:
            self._load_bank(found)

    def _load_chunk(self, chunk: bytes, found: Fxp | Fxb) -> None:
        if not self._effect.flags & Flag.CHUNKS:
            raise PluginError(f"{self._effect.name} has no state of its own, of which this preset is one")
        # The plug-in may read it for as long as it likes.
        self._chunk = chunk
        self._effect.set_chunk(chunk, program=isinstance(found, Fxp))

    def _load_program(self, found: Fxp) -> None:
        self._set(found.parameters or ())
        if found.name:
            self._rename(found.name)

    def _load_bank(self, found: Fxb) -> None:
        """Every program, and the current one again: there are plug-ins whose programs keep nothing."""
        effect = self._effect
        programs = (found.programs or ())[: max(effect.programs, 1)]
        if not programs:
            return
        current = min(max(found.current, 0), len(programs) - 1)
        if effect.programs:
            for number, program in enumerate(programs):
                effect.set_program(number)
                self._load_program(program)
            effect.set_program(current)
        self._set(programs[current].parameters or ())
        for number, program in enumerate(programs[: len(self._programs)]):
            self._programs[number] = program.parameters or self._programs[number]

    def _set(self, values: Values) -> None:
        for index, value in enumerate(values[: self._effect.parameters]):
            self._effect.set_value(index, min(max(value, 0.0), 1.0))

    def _rename(self, name: str) -> None:
        now = self._effect.program()
        if 0 <= now < len(self._names):
            self._names[now] = name
        cut = name.encode()[:MOST_NAME].decode(errors="ignore").encode()
        self._effect.ask(Ask.SET_PROGRAM_NAME, pointer=ffi.new("char[]", cut))
