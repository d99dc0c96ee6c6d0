"""Runs a widget's keys in the order they were typed."""

from textual import events
from textual.widget import Widget


async def run_own_key(widget: Widget, event: events.Key) -> bool:
    """Do what the widget's own binding of a key says; whether it has one.

    Textual looks bindings up in the app, after the widget has let a key pass. A key typed right behind
    would be in the widget by then, and overtake it; so the widget looks them up itself.
    """
    for key in (event.key, *event.aliases):
        for binding in widget._bindings.key_to_bindings.get(key, ()):  # noqa: SLF001 - there is no public way
            event.stop()
            event.prevent_default()
            await widget.app.run_action(binding.action, widget)
            return True
    return False
