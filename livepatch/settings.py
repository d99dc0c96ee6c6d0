"""settings.toml: what a performer can set once for every session."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from livepatch import locations

SampleRate = Annotated[int, msgspec.Meta(ge=8000, le=384000)]
BlockFrames = Annotated[int, msgspec.Meta(ge=16, le=8192)]
ModuleShare = Annotated[float, msgspec.Meta(gt=0.0, le=1.0)]
Megabytes = Annotated[int, msgspec.Meta(ge=50)]
LoadSeconds = Annotated[float, msgspec.Meta(ge=1.0)]
FadeMilliseconds = Annotated[float, msgspec.Meta(ge=0.0, le=2000.0)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every key of settings.toml and its default.

    `sample_rate` in Hz; `block_frames` frames the sound card asks for at once, 0: whatever suits it.
    `device` is part of the name of the one that plays, empty: the system's choice; `input_device` of the one that
    is heard, empty: what belongs to that. `driver`: sounddevice, null or auto (null where there is no device).
    `edit_mode`: how the prompt's keys work. `editor`: the command that opens a
    module file, empty: $VISUAL or $EDITOR. `swap_at`: when new code takes over, while
    the transport runs. `module_share`: the largest part of one core that a module may take.
    `plugin_megabytes`: the most memory that a plug-in may take before it counts as leaking, and is started again.
    `plugin_seconds`: how long a plug-in may take to load. `plugins_rest`: effects are played no longer while all
    has been silent around them for long.
    """

    sample_rate: SampleRate = 48000
    block_frames: BlockFrames | Literal[0] = 0
    device: str = ""
    input_device: str = ""
    driver: Literal["auto", "sounddevice", "null"] = "auto"
    edit_mode: Literal["emacs", "vi"] = "emacs"
    swap_fade_ms: FadeMilliseconds = 10.0
    swap_at: Literal["now", "beat", "bar"] = "now"
    editor: str = ""
    module_share: ModuleShare = 0.25
    plugin_megabytes: Megabytes = 2000
    plugin_seconds: LoadSeconds = 30.0
    plugins_rest: bool = True


def load(path: Path | None = None) -> Settings:
    """The performer's settings; a wrong key stands at its default (see `read`)."""
    return read(path)[0]


def read(path: Path | None = None) -> tuple[Settings, tuple[str, ...]]:
    """The performer's settings, and a line about each key that is wrong and stands at its default."""
    path = path or locations.settings_file()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings(), ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return Settings(), (f"{path}: {error}; the defaults are used",)
    good: dict[str, Any] = {}
    wrong: list[str] = []
    types = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    for key, value in table.items():
        if key not in types:
            wrong.append(f"{path}: there is no setting {key}; the settings are {', '.join(types)}")
            continue
        try:
            good[key] = msgspec.convert(value, types[key])
        except msgspec.ValidationError as error:
            wrong.append(f"{path}: {key} = {value!r} is wrong ({error}); its default is used")
    return Settings(**good), tuple(wrong)
