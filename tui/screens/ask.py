"""The main screen: the conversation, the sources beside it and the question field."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input

from qa.text.english import counted
from tui.chat_controller import ChatController, OnStep
from tui.engine import Engine
from tui.messages import Answered, AskFailed, Found, Suggested, Working, Written
from tui.sessions.session import Exchange
from tui.state import StatefulApp, unread
from tui.widgets.conversation import Conversation, ExchangeView, Welcome
from tui.widgets.key_bar import KeyBar
from tui.widgets.question_line import QuestionLine
from tui.widgets.source_list import SourceList
from tui.widgets.status_line import StatusLine


class AskScreen(Screen[None]):
    """Takes questions and shows the answers with their sources."""

    AUTO_FOCUS: ClassVar[str | None] = "#line"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "sources", "Sources", tooltip="Go to the sources", id="ask.sources"),
        Binding("escape", "cancel", "Cancel", tooltip="Cancel the question, or the writing", id="ask.cancel"),
        Binding("escape", "go_to_line", "Go to the question field", show=False, id="ask.line"),
        Binding("f3", "why", "Why", tooltip="Show the passages, scores and reason", id="ask.why"),
        Binding("ctrl+y", "copy", "Copy", tooltip="Copy the answer with its sources", id="ask.copy"),
        Binding("ctrl+s", "export", "Export", tooltip="Save the session as Markdown", id="ask.export"),
        Binding("f9", "app.filter", "Filter", tooltip="Ask only some of the articles", id="ask.filter"),
        Binding("ctrl+o", "all_articles", "All articles", tooltip="Ask all articles, without filter", id="ask.all"),
        Binding("ctrl+n", "new_session", "New session", show=False, id="ask.new"),
        Binding("ctrl+up", "select(-1)", "Previous answer", show=False, id="ask.earlier"),
        Binding("ctrl+down", "select(1)", "Next answer", show=False, id="ask.later"),
    ]

    app = getters.app(StatefulApp)

    def __init__(self, engine: Engine, update_index: Callable[[OnStep], Awaitable[None]]) -> None:
        super().__init__()
        self._engine = engine
        self.chat = ChatController(self, engine, update_index, self.update_exchange)
        """Answers the questions and holds the session."""
        self.current: int | None = None
        """Index of the exchange whose sources are listed."""
        self.line = QuestionLine(id="line")
        """Takes the question."""

    def compose(self) -> ComposeResult:
        """Lay out status line, conversation, sources, question field and footer."""
        yield StatusLine()
        with Container(id="body"):
            yield Conversation()
            with Vertical(id="side"):
                yield SourceList(id="sources")
        yield self.line
        yield KeyBar(screens_first=True)

    def on_mount(self) -> None:
        """Show an empty list of sources."""
        self.query_one(SourceList).show(None)
        self.watch(self.app, "chosen", self.refresh_bindings)

    def hint(self, content: Content) -> None:
        """Show a hint until the first question."""
        self.query_one(Conversation).hint(content)

    def offer(self, question: str) -> None:
        """Add a suggested question, unless the session has begun."""
        if not self.chat.session.exchanges:
            self.query_one(Welcome).offer(question)

    def ask(self, question: str, all_articles: bool = False) -> None:
        """Ask a question; while another one is being answered, it waits for its turn."""
        is_queued = self.chat.busy
        exchange = self.chat.ask(question, self.app.chosen, all_articles)
        self.line.remember(exchange.question)
        self.query_one(Conversation).add(exchange)
        if not is_queued:
            self._select(exchange.number)
        self.refresh_bindings()

    def unanswered(self) -> list[str]:
        """Return the questions that wait for their answers, and then the text in the question field."""
        waiting = [exchange.question for exchange in self.chat.session.exchanges if exchange.open]
        return [*waiting, self.line.value]

    def update_exchange(self, exchange: Exchange) -> None:
        """Redraw an exchange that changed; select it when its first answer arrives, unless a later one is selected."""
        is_new = self.query_one(Conversation).show(exchange)
        if is_new and (self.current is None or exchange.number >= self.current):
            self._select(exchange.number)
        elif exchange.number == self.current:
            self._show_sources()
        self.refresh_bindings()

    async def open_session(self, path: Path | None = None) -> None:
        """Continue the saved session at ``path``, or begin a new one, and close all other screens."""
        try:
            self.chat.begin_session(path)
        except OSError as error:
            self.notify(f"{path} cannot be read: {error.strerror}", severity="error", markup=False)
            return
        self.current = None  # the footer is drawn again before the conversation is filled
        if damaged := self.chat.session.damaged:
            message = f"Part of the session cannot be read; its file is now {damaged}"
            self.notify(message, severity="warning", markup=False, timeout=10)
        while self.app.screen is not self:
            await self.app.pop_screen()
        exchanges = self.chat.session.exchanges
        for exchange in exchanges:
            self.line.remember(exchange.question)
        if last := self.chat.session.last_answer():
            self.app.chosen = last.filter
        await self.query_one(Conversation).fill(exchanges)
        self._select(len(exchanges) - 1 if exchanges else None)

    @property
    def exchange(self) -> Exchange | None:
        """The exchange whose sources are listed."""
        return None if self.current is None else self.chat.session.exchanges[self.current]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Hide the actions that are not available now."""
        has_answer = self.exchange is not None and self.exchange.answer is not None
        if action in ("why", "copy"):
            return has_answer
        if action == "sources":
            return has_answer and self.focused is self.line
        if action == "all_articles":
            return bool(self.app.chosen) or bool(self.exchange and self.exchange.answer and self.exchange.answer.scope)
        if action == "cancel":
            return self.chat.busy
        if action == "export":
            return bool(self.chat.session.exchanges)
        return True

    def action_cancel(self) -> None:
        """Cancel the question that is being answered, and put it back into the question field, or keep its answer."""
        exchange = self.chat.cancel()
        if exchange is not None and exchange.answer is None and not self.line.value:
            self.line.compose_question(exchange.question)
        self.line.focus()

    def action_go_to_line(self) -> None:
        """Focus the question field."""
        self.line.focus()

    def action_sources(self) -> None:
        """Focus the list of sources."""
        self.query_one(SourceList).focus()

    def action_why(self) -> None:
        """Show why the current answer was given or withheld."""
        from tui.screens.why import WhyScreen

        if self.exchange and self.exchange.answer:
            self.app.push_screen(WhyScreen(self._engine, self.exchange.answer))

    def action_copy(self) -> None:
        """Copy the current answer and its sources to the clipboard."""
        from tui.sessions.export import answer_text

        if self.exchange and self.exchange.answer:
            self.app.copy_to_clipboard(answer_text(self.exchange.answer))
            self.notify("Copied the answer and its sources to the clipboard.")

    def action_export(self) -> None:
        """Export the session as Markdown."""
        self.chat.export()

    async def action_new_session(self) -> None:
        """Begin a new session; the current one stays saved."""
        await self.open_session()

    def action_select(self, step: int) -> None:
        """Make the previous or next answer the current one."""
        if count := len(self.chat.session.exchanges):
            self._select(min(count - 1, max(0, (self.current or 0) + step)))

    def action_all_articles(self) -> None:
        """Ask the current question again without the filter that it was understood to have; else, remove the filter."""
        answer = self.exchange.answer if self.exchange else None
        if answer and answer.scope:
            self.ask(answer.standalone_question or answer.question, all_articles=True)
        else:
            self.app.action_remove_filter()

    def action_scroll(self, pages: int) -> None:
        """Scroll the conversation."""
        conversation = self.query_one(Conversation)
        conversation.scroll_relative(y=pages * conversation.size.height, animate=False)

    def _is_source(self, number: int) -> bool:
        return 1 <= number <= len(self.query_one(SourceList).sources)

    def action_open_source(self, number: int) -> None:
        """Open the article of a source of the current answer; closing it leads to the question field."""
        if self._is_source(number):
            from tui.screens.article import ArticleScreen

            screen = ArticleScreen(self._engine, self.query_one(SourceList).sources, number - 1)
            self.app.push_screen(screen, lambda _: self.action_go_to_line())

    @on(Working)
    def _working(self, message: Working) -> None:
        self.chat.show_step(message)

    @on(Found)
    def _found(self, message: Found) -> None:
        self.chat.show_found(message)

    @on(Written)
    def _written(self, message: Written) -> None:
        self.chat.show_piece(message)

    @on(Answered)
    def _answered(self, message: Answered) -> None:
        if not message.answer.answered and (count := len(unread(self.app.articles))):
            verb = "has" if count == 1 else "have"
            notice = f"{counted(count, 'article')} {verb} not been read yet: F5 reads what is new."
            message.answer = message.answer.with_notice(notice)
        self.chat.show_answer(message)

    @on(AskFailed)
    def _failed(self, message: AskFailed) -> None:
        self.chat.show_failure(message)

    @on(Suggested)
    def _suggested(self, message: Suggested) -> None:
        self.offer(message.question)

    @on(Input.Submitted, "#line")
    def _submitted(self, event: Input.Submitted) -> None:
        if not (question := event.value.strip()):
            return
        event.input.clear()
        if question.isdecimal() and self._is_source(int(question)):
            self.action_open_source(int(question))
        else:
            self.ask(question)

    @on(QuestionLine.Left)
    def _left_line(self) -> None:
        if self.query_one(Welcome).display:
            self.query_one(Welcome).enter()

    @on(Welcome.Chosen)
    def _chosen(self, event: Welcome.Chosen) -> None:
        self.ask(event.question)
        self.line.focus()

    @on(events.DescendantFocus)
    def _focus_moved(self) -> None:
        side = self.query_one("#side")
        side.set_class(self.focused is not None and side in self.focused.ancestors, "-open")

    @on(SourceList.Changed)
    async def _source_changed(self, message: SourceList.Changed) -> None:
        side = self.query_one("#side")
        side.display = message.source is not None
        if message.source is not None:
            from tui.widgets.peek import Peek  # takes 0.03 s, which must not delay the first frame

            if not side.query(Peek):
                await side.mount(Peek(self._engine, id="peek"))
            side.query_one(Peek).show_source(message.source)

    @on(SourceList.Chosen)
    def _source_chosen(self, event: SourceList.Chosen) -> None:
        self.action_open_source(event.index + 1)

    @on(ExchangeView.Selected)
    def _exchange_selected(self, event: ExchangeView.Selected) -> None:
        self._select(event.exchange)
        if event.all_articles:
            self.action_all_articles()
        if event.source is not None:
            self.action_open_source(event.source)

    def _select(self, number: int | None) -> None:
        self.current = number
        self.query_one(Conversation).select(number)
        self._show_sources()
        self.refresh_bindings()

    def _show_sources(self) -> None:
        self.query_one(SourceList).show(self.exchange.answer if self.exchange else None)
