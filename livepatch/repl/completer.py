"""Completion that asks the session, so that it knows every module, port, knob and variable."""

import asyncio
from collections.abc import AsyncGenerator, Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from livepatch.protocol.messages import Completions
from livepatch.repl.conversation import Conversation, SessionEndedError

PATIENCE_SECONDS = 2.0


class SessionCompleter(Completer):
    """Completes what stands before the cursor; offers nothing while the session is busy."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Nothing: the session is asked without waiting, below."""
        del document, complete_event
        return ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """What the session answers, if it does so within two seconds."""
        del complete_event
        cursor = document.cursor_position
        asked = asyncio.wrap_future(self._conversation.complete(document.text, cursor))
        try:
            answer = await asyncio.wait_for(asked, PATIENCE_SECONDS)
        except (TimeoutError, SessionEndedError):
            return
        assert isinstance(answer, Completions)
        for item in answer.items:
            yield Completion(item.text, start_position=item.start - cursor, display_meta=item.meta)
