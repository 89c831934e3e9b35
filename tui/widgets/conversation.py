"""The conversation: questions and answers, newest at the bottom, with clickable citation marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

import qa
from tui.safe import safe
from tui.sessions.session import Exchange
from tui.sources import Source


class ExchangeView(Static):
    """Shows a question and its answer."""

    ALLOW_SELECT: ClassVar[bool] = True

    @dataclass
    class Selected(Message):
        """The exchange was clicked; if on a citation mark, ``source`` is its number."""

        exchange: int
        source: int | None = None

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange_content(exchange))
        self.exchange = exchange
        """The exchange that is shown."""

    def show(self) -> None:
        """Redraw the exchange."""
        self.update(exchange_content(self.exchange))

    def on_click(self, event: events.Click) -> None:
        """Select this exchange."""
        self.post_message(self.Selected(self.exchange.number))

    def action_open_source(self, number: int) -> None:
        """Open the source whose mark was clicked."""
        self.post_message(self.Selected(self.exchange.number, number))


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
        self.anchor()

    async def fill(self, exchanges: list[Exchange]) -> None:
        """Replace all exchanges."""
        await self.query(ExchangeView).remove()
        self.query_one("#hint").display = not exchanges
        self.query_one(Welcome).display = not exchanges and self.query_one(Welcome).option_count > 0
        await self.mount_all([ExchangeView(exchange) for exchange in exchanges])
        self.anchor()

    def show(self, exchange: Exchange) -> None:
        """Redraw an exchange that changed."""
        for view in self.query(ExchangeView):
            if view.exchange is exchange:
                view.show()
                if exchange.answer is not None:
                    self.call_after_refresh(self._show_beginning, view)

    def select(self, number: int | None) -> None:
        """Mark the exchange whose sources are listed, and scroll it into view."""
        for view in self.query(ExchangeView):
            current = view.exchange.number == number
            view.set_class(current, "-current")
            if current:
                view.scroll_visible(animate=False)

    def _show_beginning(self, view: ExchangeView) -> None:
        """Scroll to the question of an answer that is longer than the conversation's part of the screen."""
        if view.size.height > self.size.height:
            self.anchor(False)
            self.scroll_to_widget(view, top=True, animate=False)

    @on(OptionList.OptionHighlighted)
    def _quiet(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()


def exchange_content(exchange: Exchange) -> Content:
    """Return an exchange as styled text."""
    lines: list[Content] = [Content.assemble(("? ", "bold $text-accent"), (safe(exchange.question), "bold"))]
    if exchange.answer is not None:
        lines += _answer_lines(exchange.answer)
    elif exchange.problem:
        lines.append(Content.styled(safe(exchange.problem), "$text-error"))
    else:
        if exchange.draft:
            lines.append(Content.styled(safe(exchange.draft), "italic"))
        lines.append(Content.styled(f"{safe(exchange.state)} …", "$text-muted italic"))
    return Content("\n").join(lines)


def _answer_lines(answer: qa.Answer) -> list[Content]:
    lines = []
    if answer.standalone_question:
        lines.append(Content.styled(f"  understood as: {safe(answer.standalone_question)}", "$text-muted"))
    if answer.understood:
        lines.append(Content.styled(f"  {safe(answer.understood)}", "$text-muted"))
    if answer.notice:
        lines.append(Content.styled(safe(answer.notice), "$text-warning"))
    if answer.short_answer:
        lines.append(Content.styled(safe(answer.short_answer), "bold $text-success"))
    if answer.answered:
        if answer.caveat:
            lines.append(Content.styled(safe(answer.caveat), "$text-muted italic"))
        for article, statements in answer.by_article():
            if article:
                source = Source.of_citation(article)
                lines.append(Content.styled(f"{safe(source.title)}{source.day}", "$text-muted"))
            lines += [_statement_line(answer, statement) for statement in statements]
    else:
        lines.append(Content.styled(safe(answer.text), "bold"))
    seconds = f"{answer.timings_ms.total / 1000:.1f} s" if answer.timings_ms.total else ""
    details = [answer.certainty if answer.is_stated else "", answer.engine, seconds]
    lines.append(Content.styled(" · ".join(filter(None, details)), "$text-muted"))
    return lines


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
