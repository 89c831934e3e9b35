"""The conversation: questions and answers, newest at the bottom, with clickable citation marks."""

from __future__ import annotations

import time
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.timer import Timer
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

import qa
from qa.questions.filter_words import in_words
from tui.safe import safe
from tui.sessions.session import Exchange
from tui.sources import Source
from tui.themes import DIM

_REDRAW_PAUSE = 0.1
"""Seconds between two redraws of what is waited for."""
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
"""Shows that something goes on."""


class ExchangeText(Static):
    """The text of an exchange, with marks that can be clicked."""

    @dataclass
    class Clicked(Message):
        """The text was clicked; if on a citation mark, ``source`` is its number."""

        source: int | None = None
        all_articles: bool = False
        """Whether the filter from the question is to be removed."""

    def on_click(self) -> None:
        """Report a click."""
        self.post_message(self.Clicked())

    def action_open_source(self, number: int) -> None:
        """Report which mark was clicked."""
        self.post_message(self.Clicked(number))

    def action_all_articles(self) -> None:
        """Report that the filter from the question was clicked away."""
        self.post_message(self.Clicked(all_articles=True))


class ExchangeView(Vertical):
    """Shows a question and its answer; the last one is at least as high as the conversation."""

    @dataclass
    class Selected(Message):
        """The exchange was clicked; if on a citation mark, ``source`` is its number."""

        exchange: int
        source: int | None = None
        all_articles: bool = False
        """Whether the question is to be asked again without the filter that it was understood to have."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self.exchange = exchange
        """The exchange that is shown."""
        self._text = ExchangeText(exchange_content(exchange))
        self._progress = ExchangeText()
        self._is_empty = self._has_nothing
        self._timer: Timer | None = None

    @property
    def text(self) -> str:
        """What is shown, without styles."""
        parts = [self._text, *[self._progress] * self.exchange.open]
        return "\n".join(str(part.visual) for part in parts)

    def compose(self) -> ComposeResult:
        """Show the exchange."""
        yield self._text
        yield self._progress

    def on_mount(self) -> None:
        """Redraw several times a second what changes while an answer is waited for; that takes 1 ms."""
        self._timer = self.set_interval(_REDRAW_PAUSE, self._show_progress)
        self._show_progress()

    def show(self) -> bool:
        """Redraw the exchange, and return whether it has got an answer, or the reason why it has none."""
        self._text.update(exchange_content(self.exchange))
        self._show_progress()
        was_empty, self._is_empty = self._is_empty, self._has_nothing
        return was_empty and not self._is_empty

    @property
    def _has_nothing(self) -> bool:
        return self.exchange.answer is None and not self.exchange.problem

    def _show_progress(self) -> None:
        self._progress.display = self.exchange.open
        if self.exchange.open:
            self._progress.update(progress_content(self.exchange))
        if self._timer is not None:
            (self._timer.resume if self.exchange.open else self._timer.pause)()

    @on(ExchangeText.Clicked)
    def _clicked(self, message: ExchangeText.Clicked) -> None:
        self.post_message(self.Selected(self.exchange.number, message.source, message.all_articles))


class Welcome(OptionList):
    """Suggested questions for an empty session."""

    @dataclass
    class Chosen(Message):
        """A suggested question was chosen."""

        question: str

    def offer(self, question: str) -> None:
        """Add a suggested question."""
        self.add_option(Option(Content(safe(question, 200)), id=None))
        self.display = True
        self._questions.append(question)

    def enter(self) -> None:
        """Take the focus, with the first question highlighted."""
        self.focus()
        self.highlighted = 0

    def on_mount(self) -> None:
        """Stay hidden until there is a question."""
        self._questions: list[str] = []
        self.border_title = "Suggested questions"
        self.display = False

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Report which question was chosen."""
        event.stop()
        self.post_message(self.Chosen(self._questions[event.option_index]))


class Conversation(VerticalScroll, can_focus=False):
    """Shows all exchanges of the session."""

    _width = 0

    def compose(self) -> ComposeResult:
        """Begin with a hint and the suggested questions."""
        yield Static(id="hint")
        yield Welcome()

    def hint(self, content: Content) -> None:
        """Set the hint that is shown until the first question."""
        self.query_one("#hint", Static).update(content)

    def add(self, exchange: Exchange) -> None:
        """Show a new exchange at the bottom."""
        self.query_one("#hint").display = False
        self.query_one(Welcome).display = False
        self.mount(ExchangeView(exchange))

    async def fill(self, exchanges: list[Exchange]) -> None:
        """Replace all exchanges."""
        await self.query(ExchangeView).remove()
        self.query_one("#hint").display = not exchanges
        self.query_one(Welcome).display = not exchanges and self.query_one(Welcome).option_count > 0
        await self.mount_all([ExchangeView(exchange) for exchange in exchanges])

    def show(self, exchange: Exchange) -> bool:
        """Redraw an exchange that changed, and return whether it has got an answer, or the reason why it has none."""
        return any(view.show() for view in self.query(ExchangeView) if view.exchange is exchange)

    def select(self, number: int | None) -> None:
        """Mark the exchange whose sources are listed, and scroll it to the top, beside its sources."""
        for view in self.query(ExchangeView):
            view.set_class(view.exchange.number == number, "-current")
            self._keep_on_top(view)

    def on_resize(self, event: events.Resize) -> None:
        """Keep the selected exchange at the top if lines are wrapped anew."""
        if event.size.width != self._width:
            self._width = event.size.width
            for view in self.query(ExchangeView):
                self._keep_on_top(view)

    def _keep_on_top(self, view: ExchangeView) -> None:
        if view.has_class("-current"):
            self.call_after_refresh(self.scroll_to_widget, view, top=True, animate=False, force=True)

    @on(OptionList.OptionHighlighted)
    def _quiet(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()


def exchange_content(exchange: Exchange) -> Content:
    """Return an exchange as styled text."""
    lines: list[Content] = [Content.assemble(("? ", "bold $text-accent"), (safe(exchange.question), "$text-accent"))]
    if exchange.answer is not None:
        lines += _answer_lines(exchange.answer)
    elif exchange.problem:
        lines.append(Content.styled(safe(exchange.problem), "$text-error"))
    return Content("\n").join(lines)


def progress_content(exchange: Exchange) -> Content:
    """Return what is waited for, and what a language model has written so far."""
    seconds = 0 if exchange.since is None else int(time.monotonic() - exchange.since)
    if exchange.writer:
        frame = _SPINNER[int(time.monotonic() / _REDRAW_PAUSE) % len(_SPINNER)]
        state = f"{frame} {safe(exchange.writer)} is writing… {seconds} s · Escape keeps this answer"
        return Content.assemble("\n", (state, f"{DIM} italic"), "\n", (safe(exchange.draft), DIM))
    state = safe(exchange.state)
    duration = f" {seconds} s" if seconds else ""
    return Content.styled(state if state.endswith(".") else f"{state} …{duration}", f"{DIM} italic")


def _understood_lines(answer: qa.Answer) -> list[Content]:
    """Return what the question was taken to mean, and from which articles it is answered."""
    lines = []
    if answer.standalone_question:
        lines.append(Content.styled(f"  understood as: {safe(answer.standalone_question)}", DIM))
    if answer.filter:
        lines.append(Content.styled(f"  {safe(in_words(answer.filter))}", DIM))
    if answer.understood:
        remove = Content.styled(" ✕", Style.from_meta({"@click": "all_articles"})) if answer.scope else ""
        lines.append(Content.assemble((f"  {safe(answer.understood)}", DIM), remove))
    return lines


def _answer_lines(answer: qa.Answer) -> list[Content]:
    lines = _understood_lines(answer)
    if answer.notice:
        lines.append(Content.styled(safe(answer.notice), "$text-warning"))
    if answer.short_answer:
        lines.append(Content.styled(safe(answer.short_answer), "bold $text-success"))
    if not answer.answered:
        return [*lines, _refusal(answer.text)]
    if answer.caveat:
        lines.append(Content.styled(safe(answer.caveat), f"{DIM} italic"))
    if answer.disagreement:
        lines.append(Content.styled(safe(answer.disagreement), "$text-warning"))
    for article, statements in answer.by_article():
        if article:
            source = Source.of_citation(article)
            lines.append(Content())
            lines.append(Content.styled(f"{safe(source.title)}{source.day}", DIM))
        lines += [_statement_line(answer, statement) for statement in statements]
    seconds = f"{answer.timings_ms.total / 1000:.1f} s" if answer.timings_ms.total else ""
    writer = "" if answer.engine == "extractive" else f"written by {safe(answer.engine)}"
    details = [answer.shown_certainty, writer, seconds]
    lines.append(Content.styled(" · ".join(filter(None, details)), DIM))
    return lines


def _refusal(text: str) -> Content:
    """Return the text of a refusal; its first sentence says that there is no answer, the others why."""
    refusal, stop, reason = safe(text).partition(". ")
    return Content.assemble((refusal + stop.rstrip(), "bold"), stop and " ", reason)


def _statement_line(answer: qa.Answer, statement: qa.Statement) -> Content:
    """Return a statement with its marks; the label of a quote, such as a day, is bold."""
    label = safe(answer.label(statement))
    marks = [_mark(number) for number in statement.citations]
    if not statement.supported:
        marks = [Content.styled("[not found in the articles]", "$text-warning")]
    text = safe(statement.text)
    return Content.assemble((label, "bold"), text.removeprefix(label), " " if marks else "", *marks)


def _mark(number: int) -> Content:
    return Content.styled(f"[{number}]", Style.from_meta({"@click": f"open_source({number})"}) + Style(bold=True))
