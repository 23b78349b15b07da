"""The languages of the editor, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from influx_explorer._language.flux_text import canonical_flux, report_flux, writes_flux
from influx_explorer._language.influxql_text import (
    canonical_influxql,
    report_influxql,
    writes_influxql,
)
from influx_explorer._language.sql_text import report_sql, writes_sql
from influx_explorer._language.text_report import TextReport

__all__ = ["LANGUAGES", "EditorLanguage", "LanguageName"]

LanguageName = Literal["influxql", "sql", "flux"]


@dataclass(frozen=True, slots=True)
class EditorLanguage:
    """What is known about texts in one language, without a server.

    Attributes:
        report: returns tokens and errors of a text.
        writes: returns why a text may write; empty if it only reads.
        canonical: returns the canonical form of a text; None if the language has none. Raises
            ValueError for a text with errors.
    """

    report: Callable[[str], TextReport]
    writes: Callable[[str], str]
    canonical: Callable[[str], str] | None = None


LANGUAGES: Mapping[LanguageName, EditorLanguage] = {
    "influxql": EditorLanguage(report_influxql, writes_influxql, canonical_influxql),
    "sql": EditorLanguage(report_sql, writes_sql),
    "flux": EditorLanguage(report_flux, writes_flux, canonical_flux),
}
