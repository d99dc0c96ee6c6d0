"""Notes: words for whoever plays the patch: `notes.text = "verse: open the filter"`."""

from livepatch.module import Canvas, Module, text


class Notes(Module):
    """A page to write on; it is kept in the patch."""

    picture = 8
    text = text(label="Words", description="drawn as they are, line by line")
    rack = {
        "Core/Notes": {"data": {"text": "text"}},
        "Cardinal/TextEditor": {"data": {"etext": "text"}},
    }

    def step(self) -> None:
        pass

    def draw(self, canvas: Canvas) -> None:
        if self.text:
            canvas.text(0.0, 1.0, self.text, wrapped=True)
        else:
            canvas.text(0.0, 1.0, 'notes.text = "…" writes here', "dim", wrapped=True)
