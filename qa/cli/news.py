"""``qa news``: prints what came, changed and left, as text for people or as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from qa.cli.output import bold, dim, link, titled_line
from qa.news import News, NewsItem
from qa.text.english import counted, written_out
from qa.text.sanitizing import single_line


def news_json(news: News) -> dict[str, Any]:
    """Return news as the documented JSON object."""
    lists = {name: [asdict(item) for item in getattr(news, name)] for name in ("new", "changed", "removed")}
    return {"since": news.since, "first_look": news.since is None, "articles": news.articles} | lists


def print_news(news: News, root: Path) -> None:
    """Print news, a line for each article."""
    click.echo(bold(_summary(news)))
    for heading, items in (("New", news.new), ("Changed", news.changed), ("Removed", news.removed)):
        if items:
            if news.since is not None:
                click.echo("\n" + dim(heading))
            _print_items(items, root, is_there=items is not news.removed)


def _summary(news: News) -> str:
    if news.since is None:
        listed = f"; the {len(news.new)} most recent:" if len(news.new) < news.articles else ":"
        return f"This is the first look at {counted(news.articles, 'article')}{listed}"
    counts = ((name, len(getattr(news, name))) for name in ("new", "changed", "removed"))
    changes = ", ".join(f"{count} {name}" for name, count in counts if count)
    return f"{changes or 'Nothing new'} since {_in_words(news.since)}"


def _in_words(since: date) -> str:
    if isinstance(since, datetime):
        local = since.astimezone()
        return f"{written_out(local)}, {local:%H:%M}"
    return written_out(since)


def _print_items(items: Sequence[NewsItem], root: Path, is_there: bool) -> None:
    for item in items:
        path = single_line(item.path)
        details = [item.published.isoformat()] if item.published else []
        details += [single_line(item.source)] if item.source else []
        shown = link(path, root, item.path) if is_there else path
        click.echo("  " + titled_line(item.title, details, path, shown, indent=2))
